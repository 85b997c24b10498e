"""How a control chart is read and reckoned, in plain words, for the page that shows one."""

from cchc.findings.trends.series import Kind, Trend
from cchc.statistics import spc
from cchc.text import Text

_READING = (
    Text(
        "Con số tháng nào cũng lên xuống. Biểu đồ này cho biết lần lên xuống nào là thật. Mỗi dấu là một kỳ trọn "
        "vẹn; đường giữa là trung bình; dải nhạt giữa hai giới hạn là mức dao động thường có khi cách làm không đổi. "
        "Trong dải thì chưa có gì phải giải thích; có dấu hiệu thì hãy tìm nguyên nhân.",
        "Every figure goes up and down. This chart tells which ups and downs are real. Each mark is one whole "
        "period; the line in the middle is the mean; the pale band between the limits is the variation there usually "
        "is while nothing changes. Inside the band there is nothing to explain; where there is a signal, look for "
        "its cause.",
    ),
    Text(
        "Tròn xanh: thay đổi thật theo hướng tốt. Thoi cam: thay đổi thật theo hướng xấu. Vuông sẫm: thay đổi thật "
        "của chỉ số không có chiều tốt xấu. Chấm xám: dao động bình thường. Vòng rỗng: kỳ chưa trọn, không đánh giá. "
        "Đường đứt: chỉ tiêu.",
        "Blue disc: a real change for the better. Orange diamond: a real change for the worse. Dark square: a real "
        "change of a figure that is neither good nor bad. Grey dot: ordinary variation. Hollow ring: a period that "
        "is not over and is not judged. Dashed line: the target.",
    ),
)
_SIGNALS = (
    Text(
        "Ngoài giới hạn: một điểm nằm hẳn ngoài giới hạn trên hoặc giới hạn dưới; nằm đúng trên giới hạn thì chưa "
        "phải.",
        "Outside: one point beyond the upper or the lower limit; a point on the limit is not.",
    ),
    Text(
        "Xu hướng: bảy điểm liền, sáu bước cùng tăng hoặc cùng giảm; hai điểm bằng nhau thì ngắt.",
        "Trend: seven points in a row, six steps all up or all down; two equal points break it.",
    ),
    Text(
        "Hai trong ba: trong ba điểm liền cùng một bên trung bình có ít nhất hai điểm ở phần ba ngoài cùng của dải.",
        "Two in three: of three points in a row on one side of the mean at least two lie in the outer third of the "
        "band.",
    ),
    Text(
        "Một phía: bảy điểm liền cùng một bên trung bình; điểm nằm đúng trên trung bình thì ngắt.",
        "Run: seven points in a row on one side of the mean; a point on the mean breaks it.",
    ),
    Text(
        "Một điểm vướng nhiều dấu hiệu thì nói dấu hiệu đứng trước trong bốn dấu hiệu này. Không dấu hiệu nào bắc "
        "qua chỗ tính lại giới hạn.",
        "A point with several signals is told by the first of these four. No signal reaches across a place where "
        "limits start afresh.",
    ),
)
_LIMITS: dict[Kind, Text] = {
    "p_prime": Text(
        "Giới hạn của tỷ lệ (p′ của Laney): theo số hồ sơ của từng kỳ, nên kỳ ít hồ sơ có dải rộng; nhân thêm mức "
        "khác nhau vốn có giữa các kỳ, nên đơn vị nhiều hồ sơ không bị báo động thừa.",
        "Limits of a rate (Laney's p′): by the number of dossiers of each period, so that few dossiers make a wide "
        "band; times how much periods differ anyway, so that many dossiers do not raise false alarms.",
    ),
    "xmr": Text(
        "Giới hạn (XmR): trung bình cộng trừ 2,66 lần mức chênh bình quân giữa hai kỳ liền nhau; mức chênh lớn bất "
        "thường bị loại ra một lần trước khi tính.",
        "Limits (XmR): the mean plus and minus 2.66 times the mean difference between neighbouring periods; "
        "unusually large differences are left out once beforehand.",
    ),
    "exact": Text(
        "Hơn một nửa số kỳ, tỷ lệ ở đúng mức tối đa (hoặc tối thiểu): giới hạn thường lệ không nói lên gì, một hồ sơ "
        "quá hạn cũng thành báo động. Ở đây giới hạn lấy thẳng từ phân phối nhị thức: vượt giới hạn do ngẫu nhiên "
        "chỉ khoảng 1 lần trong 741 kỳ; chỉ xét dấu hiệu ngoài giới hạn.",
        "In more than half of the periods the rate is as high (or as low) as it can be: the usual limits say "
        "nothing, a single late dossier would raise an alarm. Here limits come from the binomial distribution "
        "itself: chance goes beyond them about once in 741 periods; only the first signal is asked.",
    ),
}
_GAPS = Text(
    "Mỗi dấu là một hồ sơ không đạt; chiều cao là số hồ sơ đạt liền trước nó (biểu đồ g). Càng cao càng tốt. Vượt "
    "giới hạn trên, hoặc bảy dấu liền trên trung vị, là tốt lên thật; bảy dấu liền dưới trung vị là xấu đi thật. Hồ "
    "sơ trong một ngày coi như hồ sơ không đạt kết thúc sau cùng.",
    "Each mark is one bad dossier; its height is how many good ones came just before it (g chart). Higher is better. "
    "Beyond the upper limit, or seven in a row above the median, is really better; seven in a row below it is really "
    "worse. Of the dossiers of one day the bad ones count as the last.",
)
_TARGET = Text(
    "Dấu chỉ tiêu so chỉ tiêu với hai giới hạn: cả dải ở phía đạt (✓) thì kỳ nào cũng đạt; cả dải ở phía không đạt "
    "(✕) thì không kỳ nào đạt, trừ khi đổi cách làm; chỉ tiêu nằm trong dải (?) thì lúc đạt lúc không. Khi điểm mới "
    "nhất trái với kết luận đó thì không kết luận: mức cũ không còn đúng.",
    "The mark of the target sets it against the limits: the whole band on its good side (✓) means every period meets "
    "it; the whole band on its bad side (✕) that none does unless something changes; inside the band (?) that some "
    "do. Where the latest point contradicts that, nothing is said: the old level no longer holds.",
)
_FEW = Text(
    f"Từ {spc.FEWEST} kỳ mới có giới hạn; dưới {spc.SETTLED} kỳ là giới hạn tạm tính, còn có thể đổi nhiều. Tỷ lệ "
    "trên dưới 20 hồ sơ thì không đánh giá.",
    f"There are limits from {spc.FEWEST} periods on; below {spc.SETTLED} they are on trial and may still move. A "
    "rate over fewer than 20 dossiers is not judged.",
)
_REBASING = Text(
    "Tính lại giới hạn: khi cách làm đã đổi hẳn (như bắt đầu một mô hình), mức cũ không còn là thước đo. Chọn mốc "
    "thì hai giai đoạn có trung bình và giới hạn riêng; mốc luôn hiện trên biểu đồ và nằm trong liên kết. Kỳ chứa "
    "mốc thuộc giai đoạn trước, trừ khi mốc là ngày đầu kỳ.",
    "New limits: where the way of working has changed for good (as when a model starts), the old level is no "
    "measure. Choose a day, and both stretches have a mean and limits of their own; the day always stands on the "
    "chart and in the link. The period that holds it belongs to the stretch before, unless the day is its first.",
)
_SOURCES = Text(
    "Nguồn: NHS England; Wheeler; Laney (2002); Benneyan (2001); Provost và Murray.",
    "Sources: NHS England, Making Data Count; Wheeler, Understanding Variation; Laney, Quality Engineering 14 "
    "(2002); Benneyan, Health Care Management Science 4 (2001); Provost and Murray, The Health Care Data Guide.",
)


GAPS_SUBTITLE = Text(
    "Số hồ sơ đạt giữa hai hồ sơ không đạt liền nhau, càng cao càng tốt; đường liền là trung vị, đường đứt là giới "
    "hạn trên, vòng rỗng là đến nay",
    "Good dossiers between two bad ones, higher is better; the solid line is the median, the dashed one the upper "
    "limit, the hollow ring is until now",
)


def explained(trend: Trend) -> list[Text]:
    """Everything a reader of this chart may ask, one paragraph each."""
    gaps = [_GAPS] if trend.at_best else []
    return [*_READING, *_SIGNALS, _LIMITS[trend.kind], *gaps, _TARGET, _FEW, _REBASING, _SOURCES]
