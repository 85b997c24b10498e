"""How a control chart is read and reckoned, in plain words, for the page that shows one."""

from cchc.findings.trends.trend import Kind, Trend
from cchc.statistics import spc
from cchc.text import Text

_READING = (
    Text(
        "Con số tháng nào cũng lên xuống. Biểu đồ này cho biết lần lên xuống nào đáng tìm nguyên nhân. Mỗi dấu là một "
        "kỳ trọn vẹn; đường giữa là trung bình; dải nhạt giữa hai giới hạn là mức dao động thường có khi cách làm "
        "không đổi. Trong dải thì chưa có gì phải giải thích; có dấu hiệu thì hãy tìm nguyên nhân.",
        "Every figure goes up and down. This chart tells which ups and downs call for a cause. Each mark is one whole "
        "period; the line in the middle is the mean; the pale band between the limits is the variation there usually "
        "is while nothing changes. Inside the band there is nothing to explain; where there is a signal, look for "
        "its cause.",
    ),
    Text(
        "Tròn xanh: dấu hiệu tốt. Thoi cam: dấu hiệu xấu. Vuông sẫm: dấu hiệu thay đổi của chỉ số không có chiều tốt "
        "xấu. Dấu hiệu chưa hẳn là thật: xem “tốt lên thật, xấu đi thật” dưới đây. Chấm xám: dao động bình thường. "
        "Vòng rỗng: kỳ chưa trọn, không đánh giá. Đường đứt: chỉ tiêu.",
        "Blue disc: a good signal. Orange diamond: a bad signal. Dark square: a signal of change of a figure that is "
        "neither good nor bad. A signal is not yet real: see “really better” below. Grey dot: ordinary variation. "
        "Hollow ring: a period that is not over and is not judged. Dashed line: the target.",
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
# What "really" means, on every page and paper.
REALLY = (
    Text(
        "Tốt lên thật, xấu đi thật: kỳ này (hoặc ba, sáu kỳ liền) khác hẳn các kỳ trước đó của chính đơn vị, quá mức "
        "mà ngẫu nhiên và dao động vốn có giữa các kỳ gây ra. Mọi trang, báo cáo, biên bản, bài trình chiếu và cảnh "
        "báo hỏi cùng một phép tính này. Nó xét cùng lúc mọi đơn vị của địa bàn (Bonferroni): nếu không đơn vị nào "
        "thay đổi thì trong 20 kỳ, nhiều nhất khoảng 1 kỳ có đơn vị bị nêu nhầm về một chỉ số.",
        "Really better, really worse: this period (or the last three or six) differs from those before of the same "
        "unit by more than chance and its ordinary variation between periods do. Every page, report, minutes, slide "
        "and alert asks this one test. It judges all units of the area at once (Bonferroni): if none had changed, "
        "about 1 in 20 periods at most would name one by mistake, for one figure.",
    ),
    Text(
        "Tỷ lệ: phân phối nhị thức, nới theo dao động giữa các kỳ của tỷ số chênh (ước lượng từ chênh lệch hai kỳ liền "
        "nhau) và theo Student; dưới 5 hồ sơ không đạt (hoặc đạt) mỗi kỳ thì so số hồ sơ bằng xác suất chính xác.",
        "Rates: the binomial distribution, widened by how log odds vary between periods (from differences of "
        "neighbours) and by Student's t; below 5 misses (or hits) a period their number is compared by exact "
        "probabilities.",
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
        "Mỗi kỳ bình quân chưa đến 5 hồ sơ không đạt (hoặc đạt), hoặc quá nửa số kỳ không có hồ sơ nào: giới hạn "
        "thường lệ báo động nhầm gấp hơn mười lần. Ở đây giới hạn lấy thẳng từ phân phối nhị thức: vượt giới hạn do "
        "ngẫu nhiên chỉ khoảng 1 lần trong 741 kỳ; chỉ xét dấu hiệu ngoài giới hạn.",
        "Fewer than 5 misses (or hits) come a period, or most periods have none: the usual limits would raise more "
        "than ten times as many false alarms. Here limits come from the binomial distribution "
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
    "(✕) thì không kỳ nào đạt, trừ khi đổi cách làm; chỉ tiêu nằm trong dải (?) thì chưa chắc. Chuỗi đã đổi mức thì "
    "xét dải của mức hiện nay. Khi điểm mới nhất trái với kết luận đó thì không kết luận: mức cũ không còn đúng.",
    "The mark of the target sets it against the limits: the whole band on its good side (✓) means every period meets "
    "it; the whole band on its bad side (✕) that none does unless something changes; inside the band (?) that it is "
    "not sure. Of a series on a new level the band of that level counts. Where the latest point contradicts that, "
    "nothing is said: the old level no longer holds.",
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
    return [*_READING, *REALLY, *_SIGNALS, _LIMITS[trend.kind], *gaps, _TARGET, _FEW, _REBASING, _SOURCES]
