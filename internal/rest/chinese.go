package rest

import (
	"strings"
	"sync"
	"unicode"

	"github.com/danielgtaylor/huma/v2/validation"
)

// speakChinese sets huma's validation messages, which are variables of its package, once for the process.
var speakChinese = sync.OnceFunc(func() {
	for message, text := range map[*string]string{
		&validation.MsgUnexpectedProperty:                "没有这个字段",
		&validation.MsgExpectedRFC3339DateTime:           "应为带时区的时间，如 2026-05-14T18:00:00+08:00",
		&validation.MsgExpectedRFC3339Date:               "应为日期，如 2026-05-14",
		&validation.MsgExpectedRFC3339Time:               "应为时刻，如 18:00:00",
		&validation.MsgExpectedRFC5322Email:              "应为电子邮箱地址（%v）",
		&validation.MsgExpectedRFC3986URI:                "应为网址（%v）",
		&validation.MsgExpectedRFC4122UUID:               "应为 UUID（%v）",
		&validation.MsgExpectedMatchAtLeastOneSchema:     "不符合任何一种允许的结构",
		&validation.MsgExpectedMatchExactlyOneSchema:     "应恰好符合一种允许的结构",
		&validation.MsgExpectedNotMatchSchema:            "属于不允许的结构",
		&validation.MsgExpectedBoolean:                   "应为 true 或 false",
		&validation.MsgExpectedNumber:                    "应为数字",
		&validation.MsgExpectedInteger:                   "应为整数",
		&validation.MsgExpectedString:                    "应为文本",
		&validation.MsgExpectedBase64String:              "应为 Base64 文本",
		&validation.MsgExpectedArray:                     "应为数组",
		&validation.MsgExpectedObject:                    "应为对象",
		&validation.MsgExpectedArrayItemsUnique:          "不能有重复项",
		&validation.MsgExpectedOneOf:                     "只能是其中之一：%s",
		&validation.MsgExpectedMinimumNumber:             "不能小于 %v",
		&validation.MsgExpectedExclusiveMinimumNumber:    "应大于 %v",
		&validation.MsgExpectedMaximumNumber:             "不能大于 %v",
		&validation.MsgExpectedExclusiveMaximumNumber:    "应小于 %v",
		&validation.MsgExpectedNumberBeMultipleOf:        "应为 %v 的倍数",
		&validation.MsgExpectedMinLength:                 "至少 %d 个字",
		&validation.MsgExpectedMaxLength:                 "最多 %d 个字",
		&validation.MsgExpectedBePattern:                 "应为%s",
		&validation.MsgExpectedMatchPattern:              "格式应符合 %s",
		&validation.MsgExpectedMinItems:                  "至少 %d 项",
		&validation.MsgExpectedMaxItems:                  "最多 %d 项",
		&validation.MsgExpectedMinProperties:             "至少 %d 个字段",
		&validation.MsgExpectedMaxProperties:             "最多 %d 个字段",
		&validation.MsgExpectedRequiredProperty:          "缺少必填字段 %s",
		&validation.MsgExpectedDependentRequiredProperty: "缺少字段 %s（填写 %s 时必填）",
	} {
		*message = text
	}
})

// inChinese translates the messages that huma has no variables for; anything unknown gets a general sentence rather
// than English.
func inChinese(message string) string {
	if strings.ContainsFunc(message, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return message
	}
	switch {
	case strings.HasPrefix(message, "required "):
		return "缺少必填参数"
	case strings.HasPrefix(message, "invalid integer"):
		return "应为整数"
	case strings.HasPrefix(message, "invalid float"):
		return "应为数字"
	case strings.HasPrefix(message, "invalid boolean"):
		return "应为 true 或 false"
	case strings.HasPrefix(message, "unknown query parameter"):
		return "没有这个查询参数"
	case strings.HasPrefix(message, "cannot read multipart form: http: request body too large"):
		return "上传的内容太大，没有处理"
	case strings.HasPrefix(message, "cannot read multipart form"):
		return "无法读取上传的表单"
	}
	return "值的格式不正确"
}
