"""What a message is refused for before it reaches a use case: transport, signature, envelope, a msgid used twice."""

from typing import Final

from huibao.kernel.problem import define

NOT_JSON: Final = define(
    "HOSP-010",
    "报文不是有效的 JSON 对象：{why}。",
    "请以 UTF-8 编码的 JSON 发送，外层为对象。",
    "The message is no JSON object: {why}.",
    "Send a JSON object in UTF-8.",
)
TOO_LARGE: Final = define(
    "HOSP-011",
    "报文超过 {limit} 字节。",
    "请分几次发送，例如按天上传费用明细。",
    "The message is larger than {limit} bytes.",
    "Send it in several messages.",
)
NUMBERS_DIFFER: Final = define(
    "HOSP-012",
    "交易编号不一致：地址 {path}、请求头 {header}、报文 {body}。",
    "三处请填写同一交易编号。",
    "The transaction numbers differ: address {path}, header {header}, message {body}.",
    "State the same number in all three.",
)
BAD_ENVELOPE: Final = define(
    "HOSP-013",
    "报文头{zh}（{field}）缺少或不符合要求，应为{expected}。",
    "请更正后重新发送。",
    "The field {field} of the envelope ({zh}) is missing or wrong; expected: {expected}.",
    "Correct it and send again.",
)
NOT_OURS: Final = define(
    "HOSP-014",
    "交易 {infno} {name}不属于本系统的业务。",
    "请向基本医保平台发起该交易。",
    "Transaction {infno} is no part of this system.",
    "Send it to the basic insurance's platform.",
)
UNKNOWN_NUMBER: Final = define(
    "HOSP-015",
    "没有交易编号 {infno}。",
    "请核对交易编号（四位数字）。",
    "There is no transaction {infno}.",
    "Check the number, four digits.",
)
ONLY_POST: Final = define(
    "HOSP-016",
    "接口只接受 POST 请求。",
    "请以 POST 发送 JSON 报文。",
    "Only POST is taken here.",
    "Send the JSON message by POST.",
)
OUR_FAULT: Final = define(
    "HOSP-017",
    "系统内部错误，本次交易没有完成，已全部撤回。",
    "请稍后用同一报文（msgid 不变）重试；仍不成功，请将 inf_refmsgid 告知运维人员。",
    "A fault of our own; nothing of this transaction was done.",
    "Try again with the same message; if it stays so, tell the operators the inf_refmsgid.",
)
BUSY: Final = define(
    "HOSP-018",
    "系统繁忙，本次交易没有完成，已全部撤回。",
    "请稍后用同一报文（msgid 不变）重试。",
    "The system is busy; nothing of this transaction was done.",
    "Try again with the same message.",
)
NO_HEADERS: Final = define(
    "HOSP-020",
    "缺少服务网关的请求头{missing}。",
    "请按指南填写 _api_name、_api_version、_api_timestamp、_api_access_key、_api_signature。",
    "Gateway headers are missing: {missing}.",
    "Fill in the five _api_ headers of the guide.",
)
OUT_OF_TIME: Final = define(
    "HOSP-021",
    "签名时间戳超时：与服务器时间相差超过 {minutes} 分钟，或不是 13 位毫秒数。",
    "请校准医院服务器时钟，每次发送都重新签名。",
    "The signature's time is more than {minutes} minutes off, or is no 13 digits.",
    "Set the hospital's clock, and sign each request anew.",
)
WHO: Final = define(
    "HOSP-022",
    "非法用户：访问标识未登记、已停用或已过有效期。",
    "请核对 _api_access_key；更换密钥请联系县级经办机构。",
    "The access key is not known, suspended, or has ended.",
    "Check _api_access_key; for new keys ask the county office.",
)
WRONG_SIGNATURE: Final = define(
    "HOSP-023",
    "签名不一致。",
    "请按指南中的示例核对签名原文、密钥和编码。",
    "The signature does not match.",
    "Compare text, key and encoding with the guide's example.",
)
REPLAY: Final = define(
    "HOSP-024",
    "该签名已经使用过。",
    "重试时报文（含 msgid）保持不变，但须用新的时间戳重新签名。",
    "This signature was used before.",
    "To try again keep the message with its msgid, and sign it with a new timestamp.",
)
TOO_FAST: Final = define(
    "HOSP-025",
    "请求过于频繁，超过每分钟 {limit} 次。",
    "请稍后重试；批量业务请分散发送。",
    "More than {limit} requests a minute.",
    "Try again shortly; spread bulk work.",
)
NOT_THE_SIGNER: Final = define(
    "HOSP-026",
    "报文中的医药机构编号（fixmedins_code）与签名的机构不一致。",
    "请使用本机构的编号和密钥。",
    "The institution in the message is not the one that signed.",
    "Use your own number with your own key.",
)
OTHER_CONTENT: Final = define(
    "HOSP-030",
    "报文 ID（msgid）已用于内容不同的报文。",
    "每笔交易请用新的 msgid；重试时内容须与原报文一致。",
    "This msgid was used with other content.",
    "Give each transaction its own msgid; a retry keeps the content.",
)
UNDONE: Final = define(
    "HOSP-031",
    "该报文（msgid）已由 2601 冲正，或已由同一就诊的另一报文取代，不再办理。",
    "需要重新办理的，请用新的 msgid 发送。",
    "The message was undone by 2601, or another one about the same stay took its place; it is not done any more.",
    "To do it anew, send it under a new msgid.",
)
NOT_SIGNED_IN: Final = define(
    "HOSP-032",
    "签到编号（sign_no）无效：不存在、不是当天签到，或已签退。",
    "请先用 9001 签到，把返回的 sign_no 填入报文头。",
    "The sign_no is not valid: unknown, of another day, or signed out.",
    "Sign in by 9001 and put the sign_no into the envelope.",
)
