package orghttp

import "strings"

// deviceName says in a few words what a browser's User-Agent says in many, so that people recognise their own devices.
func deviceName(agent string) string {
	return first(agent, [][2]string{{"MicroMessenger", "微信"}, {"DingTalk", "钉钉"}, {"HarmonyOS", "鸿蒙浏览器"}, {"Edg", "Edge"}, {"QQBrowser", "QQ 浏览器"},
		{"360", "360 浏览器"}, {"Firefox", "火狐"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}, "浏览器") + " · " +
		first(agent, [][2]string{{"HarmonyOS", "鸿蒙"}, {"Android", "安卓手机"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows 电脑"}, {"Macintosh", "苹果电脑"},
			{"Kylin", "麒麟电脑"}, {"UOS", "统信电脑"}, {"Linux", "Linux 电脑"}}, "未知设备")
}

func first(agent string, marks [][2]string, otherwise string) string {
	for _, m := range marks {
		if strings.Contains(agent, m[0]) {
			return m[1]
		}
	}
	return otherwise
}
