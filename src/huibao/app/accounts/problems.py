"""What may be wrong with an account, a password, a code or a sign-in. None of it tells whether an account exists."""

from typing import Final

from huibao.kernel.problem import define

WRONG: Final = define(
    "ACCOUNT-001",
    "账号或密码不正确。",
    "请重新输入；忘记密码的，请联系账号管理员重新邀请。",
    "The account name or the password is not right.",
    "Enter both again; if the password is forgotten, ask the keeper of accounts for a new invitation.",
)
WAIT: Final = define(
    "ACCOUNT-002",
    "尝试次数较多，请在 {seconds} 秒后再试。",
    "在用过的电脑上登录不受他人尝试的影响。",
    "There were many attempts; try again in {seconds} seconds.",
    "A browser you signed in from before is not held up by the attempts of others.",
)
WRONG_CODE: Final = define(
    "ACCOUNT-003",
    "验证码不正确，或者已经用过。",
    "请输入验证器上现在显示的 6 位数字；手机不在身边的，可输入一个恢复码。",
    "The code is not right, or was used already.",
    "Enter the 6 digits shown now; without the telephone, enter one of your recovery codes.",
)
LENGTH: Final = define(
    "ACCOUNT-004",
    "密码长度应为 {least} 至 {most} 个字符，现为 {found} 个。",
    "用几个不相关的词连成一句最好记。",
    "A password has {least} to {most} characters; this one has {found}.",
    "A few unrelated words in a row are the easiest to remember.",
)
COMMON: Final = define(
    "ACCOUNT-005",
    "这个密码出现在已泄露的常用密码中，或只是在其后加了数字。",
    "请换一个没有在别处用过的密码。",
    "This password is among those that were leaked, or is one of them with digits added.",
    "Choose one that you use nowhere else.",
)
GUESSABLE: Final = define(
    "ACCOUNT-006",
    "密码中含有“{word}”，容易被猜到。",
    "请不要使用账号、姓名或系统的名称。",
    "The password holds {word}, which is easily guessed.",
    "Use neither your account, your name nor the name of this software.",
)
NO_INVITATION: Final = define(
    "ACCOUNT-007",
    "邀请链接无效、已用过或已过期。",
    "请联系账号管理员重新邀请。",
    "The invitation is not valid, was used, or has run out.",
    "Ask the keeper of accounts for a new one.",
)
BAD_NAME: Final = define(
    "ACCOUNT-008",
    "账号“{name}”应为 3 至 32 个小写字母、数字、点或连字符，以字母开头。",
    "请换一个，例如 wang.li。",
    "The account name {name} should be 3 to 32 small letters, digits, dots or hyphens, beginning with a letter.",
    "Choose another, for example wang.li.",
)
TAKEN: Final = define(
    "ACCOUNT-009",
    "账号“{name}”已存在。",
    "请换一个；要重发邀请，请用“重新邀请”（命令行加 --again）。",
    "The account {name} exists.",
    "Choose another; to send a new link, invite it anew (--again on the command line).",
)
BAD_ROLE: Final = define(
    "ACCOUNT-010",
    "没有“{role}”这个岗位；有：{known}。",
    "请从中选择一个。",
    "There is no role {role}; there are {known}.",
    "Choose one of them.",
)
BAD_REACH: Final = define(
    "ACCOUNT-011",
    "负责范围“{reach}”读不出来：应为 6 位地区代码，可加“:合同编号”；保险公司的岗位必须有合同编号，医院的岗位必须有医院编码。",
    "请核对，例如 430423 或 430423:HN-2026-01。",
    "The reach {reach} cannot be read: a division code of 6 digits, and :contract; insurers' roles need the contract, hospitals' the institution's code.",
    "Check it, for example 430423 or 430423:HN-2026-01.",
)
NO_ACCOUNT: Final = define(
    "ACCOUNT-012",
    "没有账号“{name}”。",
    "请核对；huibao account list 列出全部账号。",
    "There is no account {name}.",
    "Check it; huibao account list shows all.",
)
REPEATED: Final = define(
    "ACCOUNT-013",
    "两次输入的密码不一致。",
    "请重新输入两次。",
    "The two passwords differ.",
    "Enter it twice again.",
)
SIGNED_OUT: Final = define(
    "ACCOUNT-014",
    "登录已结束：长时间没有操作，或已在别处退出。",
    "请重新登录；您要打开的页面会接着打开。",
    "Your session has ended: nothing was done for a while, or it was ended elsewhere.",
    "Sign in again; the page you wanted opens then.",
)
NOT_ONESELF: Final = define(
    "ACCOUNT-015",
    "不能停用自己的账号。",
    "请由另一位账号管理员办理。",
    "Nobody ends the own account.",
    "Ask another keeper of accounts.",
)
WRONG_PASSKEY: Final = define(
    "ACCOUNT-016",
    "通行密钥没有通过验证，可能等待过久，或不是为本账号添加的。",
    "请再点一次“用通行密钥登录”，或输入验证码。",
    "The passkey was not accepted; it may have taken too long, or belong to another account.",
    "Press “Sign in with a passkey” once more, or enter a code.",
)
NOT_MADE: Final = define(
    "ACCOUNT-017",
    "通行密钥没有添加成功：设备的回答不完整、等待过久，或这把密钥已经添加过。",
    "请重新输入验证码，再添加一次；设备须能验证本人（指纹、面容或密码）。",
    "The passkey was not added: the device's answer was not complete, came too late, or this key was added before.",
    "Enter a code and add it once more; the device must make sure that it is you (finger, face or PIN).",
)
TOO_MANY_PASSKEYS: Final = define(
    "ACCOUNT-018",
    "一个账号最多有 {most} 把通行密钥。",
    "请先移除不再使用的。",
    "An account has {most} passkeys at most.",
    "Remove one that is no longer used first.",
)
DEALT_WITH: Final = define(
    "ACCOUNT-019",
    "打开页面后，账号“{name}”已有人办理（邀请、加入或停用），刚才的操作没有生效。",
    "请回到账号列表核对，仍要办的再办一次。",
    "Since you opened the page somebody dealt with the account {name}; what you did has no effect.",
    "Look at the list of accounts, and do it again if it still holds.",
)
