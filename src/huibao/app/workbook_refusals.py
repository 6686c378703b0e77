"""Limits of the workbooks that are read, and every reason why one is refused."""

from typing import Final

from huibao.kernel.problem import Severity, define

MIB: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 100 * MIB
"""A province's 2 million rows are some 200 MB; a city's roster is under 40 MB. Checked before a byte is read."""
MAX_UNPACKED_BYTES: Final = 1024 * MIB
"""What an xlsx may unpack to: a small file may be made to fill any memory."""
MAX_READING_BYTES: Final = 4096 * MIB
"""Memory of the process that reads an xls, which holds at most 65,536 rows of 256 columns a sheet."""
MAX_ROWS: Final = 500_000
"""Rows of one file over all sheets; the largest city has fewer certificate holders."""
MAX_COLUMNS: Final = 300
MAX_SHEETS: Final = 60


TOO_BIG = define(
    "BOOK-001",
    "文件有 {size} MB，超过上限 {limit} MB，没有读取。",
    "请按乡镇拆成几份，或删去图片和无关的工作表后再送；全省的名册请存为 csv，用 huibao roster check --out 核对。",
    "The file has {size} MB, more than the limit of {limit} MB; it was not read.",
    "Split it by township, or take out pictures and unrelated sheets; save a province's roster as csv for --out.",
)
UNREADABLE = define(
    "BOOK-002",
    "文件打不开，可能损坏或没有传完整：{why}。",
    "请在表格软件里打开、另存为 xlsx 后重新发送。",
    "The file cannot be opened; it is damaged or was cut off: {why}.",
    "Open it in a spreadsheet program, save it as xlsx and send it again.",
)
PASSWORD = define(
    "BOOK-003",
    "工作簿设有打开密码，不能读取。",
    "请去掉打开密码后再送；传送中的保密请用加密通道。",
    "The workbook is protected by a password and cannot be read.",
    "Remove the password; protect it on its way by an encrypted channel.",
)
NOT_A_WORKBOOK = define(
    "BOOK-004",
    "这不是 xlsx、xls、ods 或 csv 文件（{what}）。",
    "请在表格软件里打开、另存为 xlsx 后再送。",
    "This is no xlsx, xls, ods or csv file ({what}).",
    "Open it in a spreadsheet program and save it as xlsx.",
)
ENCODING = define(
    "BOOK-005",
    "csv 的文字既不是 UTF-8 也不是 GB18030：第 {line} 行、全文第 {at} 个字节起读不通。",
    "请另存为 xlsx，或“CSV UTF-8”格式；若只坏这一处，请改正这一行。",
    "The csv is neither UTF-8 nor GB18030: unreadable from line {line}, byte {at} of the file on.",
    "Save it as xlsx, or as CSV UTF-8.",
)
NO_ROWS = define(
    "BOOK-006",
    "工作表是空的（{sheets}）。",
    "请确认发送的是填好的名册。",
    "The sheets are empty ({sheets}).",
    "Make sure that the filled-in roster was sent.",
)
NO_HEADER = define(
    "BOOK-007",
    "前 {rows} 行里找不到表头（认识的列名不足两个）。",
    "表头应有姓名、身份证号等列名，可用 --sheet 指定工作表。",
    "No header within the first {rows} rows (fewer than two known column names).",
    "The header should name columns such as 姓名 and 身份证号; --sheet picks a sheet.",
)
TOO_MANY_ROWS = define(
    "BOOK-008",
    "文件有 {rows} 行，超过上限 {limit} 行。",
    "请按县或乡镇拆成几份；全省的名册请存为 csv，用 huibao roster check --out 核对。",
    "The file has {rows} rows, more than {limit}.",
    "Split it by county or township; save a province's roster as csv and use huibao roster check --out.",
)
NO_SUCH_SHEET = define(
    "BOOK-009",
    "没有名为“{sheet}”的工作表；有：{sheets}。",
    "请核对 --sheet。",
    "There is no sheet “{sheet}”; there are: {sheets}.",
    "Check --sheet.",
)
HIDDEN_SHEET = define(
    "BOOK-010",
    "工作表“{sheet}”是隐藏的，没有读取。",
    "若它也是名册，请取消隐藏或用 --sheet 指定。",
    "The sheet “{sheet}” is hidden and was not read.",
    "If it belongs to the roster, unhide it or name it with --sheet.",
    Severity.REPAIRED,
)
TOO_WIDE = define(
    "BOOK-011",
    "{what} 有 {found} 个，超过上限 {limit}。",
    "请删去无关的列或工作表。",
    "{what}: {found}, more than {limit}.",
    "Take out unrelated columns or sheets.",
)
NO_FILE = define("BOOK-012", "没有这个文件：{path}。", "请核对路径。", "No such file: {path}.", "Check the path.")
UNPACKS_TOO_BIG = define(
    "BOOK-013",
    "文件解开后有 {size} MB，超过上限 {limit} MB，没有读取。",
    "请删去图片、多余的空行和格式后另存再送。",
    "The file unpacks to {size} MB, more than {limit} MB; it was not read.",
    "Take out pictures and formatted empty rows and save it again.",
)
CUT_OFF = define(
    "BOOK-015",
    "文件在最后一行（第 {row} 行）中间断了：{why_zh}。",
    "请重新传送整个文件；若文件确实完整，请补上引号，或在末尾加一个换行。",
    "The file breaks off within its last row ({row}): {why_en}.",
    "Send the whole file again; if nothing is missing, close the quotation or add a line end.",
)
