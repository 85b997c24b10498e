"""Twenty service models as communes and provinces described them: each a table of TOML, or what no dossier carries."""

OPEN = 'promise = "open"\nweekday = 6\n'
SAME_DAY = 'promise = "same_day"\noutcome = "same_day_rate"\n'
BY_TURNS = 'rota = [{unit = "A", weekdays = [2]}, {unit = "B", weekdays = [3, 5]}]\n'
EVENINGS = 'rota = [{unit = "A", days = [2025-10-07, 2025-10-21]}, {unit = "B", days = [2025-10-09]}]\n'

# place and name: the keys of its table besides id, name, units and list; the commune units of the small area stand for
# those of the model.
TABLES = {
    "Tân Hưng, Ngày thứ Năm không hẹn": f"weekday = 4\nstart = 2026-02-01\n{SAME_DAY}",
    "Thành Sen, Ngày thứ 6 không hẹn": f"weekday = 5\nstart = 2025-10-03\n{SAME_DAY}",
    "Lao Bảo, Ngày không hẹn": 'weekday = 3\nstart = 2025-01-01\npromises = ["same_day", "online"]\n'
    'outcome = "same_day_rate"\n',
    # That the result comes the same morning is stricter than the same day, which is what is judged.
    "An Hải Nam, Sáng thứ tư không hẹn": f'weekday = 3\nstart = 2024-01-03\nhours = "7:30-11:30"\n{SAME_DAY}',
    "Ngọc Hà, Thứ bảy không chờ": 'weekday = 6\nstart = 2025-09-06\nend = {day = 2025-12-31, source = "Tin"}\n'
    'promises = ["open", "same_day"]\n',
    "Thanh Ba, Ngày thứ Bảy vì dân": f"start = 2026-01-17\n{OPEN}",
    "TP.HCM, Làm việc sáng thứ bảy": f'start = 2025-11-01\nhours = "7:30-11:30"\n{OPEN}',
    # Of the mobile ones what is received at that time is counted; where the desk stood is not known.
    "Vũng Tàu, Trung tâm lưu động": f'start = 2025-08-16\nhours = "7:30-11:30"\n{OPEN}',
    "Tam Quan, Lưu động ngoài giờ": f"start = 2025-10-04\n{OPEN}",
    "Phú Lộc, Thứ Bảy hồng": f"start = 2026-01-03\n{OPEN}",
    "Sóc Trăng, Thứ Bảy vì dân": f"start = 2025-08-16\n{OPEN}",
    "Mỹ Hương, Hành chính công lưu động": 'weekdays = [6, 7]\nstart = 2025-08-09\npromise = "open"\n',
    "Đắk Lắk, Ngày thứ tư trực tuyến": 'weekday = 3\nstart = 2024-01-03\npromise = "online"\noutcome = "online_rate"\n',
    "Đắk Nông, Ngày không hẹn": f'start = 2023-10-15\nend = {{day = 2024-10-30, source = "Tin"}}\n{SAME_DAY}{BY_TURNS}',
    "Phú Lãm, Thứ 5 không hẹn": 'weekday = 4\nstart = 2024-01-04\npromise = "minutes"\nminutes = 20\n'
    'outcome = "same_day_rate"\n',
    "Cao Lãnh, 30 phút tăng thêm": 'weekday = 2\nstart = 2024-09-03\nhours = "11:30-12:00"\npromise = "open"\n',
    "Đại Thanh, Xe buổi tối": f'start = 2025-10-01\nhours = "18:00-21:00"\npromise = "open"\n{EVENINGS}',
    "Trà Cú, Ngày thứ Năm chuyển đổi số": 'weekday = 4\nstart = 2023-06-01\npromise = "online"\n'
    'outcome = "online_rate"\n',
    "Thanh Hà, Ngày thứ Sáu không chờ": f"weekday = 5\nstart = 2023-09-29\n{SAME_DAY}",
}
WITHOUT = {
    "Hà Đông, Thứ Sáu xanh": "neither procedures nor a promise were published",
    # The other half of Đắk Lắk's and Đắk Nông's.
    "Ngày không viết": "staff fill in the forms: no column of a dossier says who wrote them",
}


def table(name: str, keys: str, id_: str = "mo-hinh", listing: str = 'fields = ["certification", "civil"]') -> str:
    """The whole table of a model at the communes A and B of the small area."""
    return (
        f'[[model]]\nid = "{id_}"\nname = {{vi = "{name}", en = "{name}"}}\nsource = "Tin"\nunits = ["A", "B"]\n{keys}'
        f'[[model.listing]]\nlevel = "commune"\n{listing}\n'
    )
