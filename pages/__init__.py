"""The pages in the order of the menu: one file per question a reader has."""

from cchc.text import Text
from cchc.ui.view import ModelPages, PageInfo
from pages import (
    administration,
    compliance,
    data,
    definitions,
    figures,
    meeting,
    model,
    overview,
    reconciliation,
    records,
    reports,
    territory,
    trends,
)
from pages.overview.before import first_words

__all__ = ["MODELS", "PAGES", "first_words"]

PAGES = (
    PageInfo("tong-quan", Text("Tổng quan", "Overview"), ":material/dashboard:", overview.render),
    PageInfo("tuan-thu", Text("Tuân thủ thời hạn", "Deadline compliance"), ":material/schedule:", compliance.render),
    PageInfo("xu-huong", Text("Xu hướng", "Trends"), ":material/show_chart:", trends.render),
    PageInfo("so-do", Text("Sơ đồ địa bàn", "Diagram of the area"), ":material/grid_view:", territory.render),
    PageInfo("ho-so", Text("Hồ sơ", "Dossiers"), ":material/folder_open:", records.render, needs="officer"),
    PageInfo("tra-cuu", Text("Tra cứu số liệu", "Look up figures"), ":material/table_chart:", figures.render),
    PageInfo(
        "doi-soat",
        Text("Đối soát báo cáo", "Check of reports"),
        ":material/fact_check:",
        reconciliation.render,
        filtered=False,
        each_day=True,
        needs="officer",
        whole=True,
    ),
    PageInfo("bao-cao", Text("Báo cáo", "Reports"), ":material/description:", reports.render, needs="officer"),
    PageInfo(
        "hop",
        Text("Họp Ban chỉ đạo", "Steering committee"),
        ":material/groups:",
        meeting.render,
        each_day=True,
        needs="officer",
        whole=True,
    ),
    PageInfo(
        "du-lieu",
        Text("Dữ liệu", "Data"),
        ":material/database:",
        data.render,
        each_day=True,
        needs="officer",
        whole=True,
        begin=data.begin,
    ),
    PageInfo(
        "quan-tri",
        Text("Quản trị", "Administration"),
        ":material/admin_panel_settings:",
        administration.render,
        filtered=False,
        each_day=True,
        needs="administrator",
        whole=True,
    ),
    PageInfo("dinh-nghia", Text("Định nghĩa", "Definitions"), ":material/menu_book:", definitions.render),
)
# A model of the references has a page whose address is its id, made from this.
MODELS = ModelPages("tuan-thu", "mo-hinh", ":material/event_repeat:", model.render)
