package complaint

import "slices"

// Ground (不予受理的情形) is why a matter is not taken up, with the way that is open to the reporter instead.
type Ground struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Remedy string `json:"remedy"` // told to the reporter
}

// stuckGrounds are what the window for stuck matters does not take up (hall reference §1.6).
var stuckGrounds = []Ground{
	{"litigation", "涉法涉诉事项", "请依法向人民法院、人民检察院提出，或通过法律援助热线 12348 咨询。"},
	{"petition", "信访事项", "请向信访部门提出，也可以通过国家信访局网上信访平台反映。"},
	{"private", "民事纠纷", "可以申请人民调解、仲裁，或向人民法院起诉。"},
	{"outside", "不属于政务服务事项", "请拨打 12345，由热线转有关部门。"},
}

// complaintGrounds are the five grounds on which a complaint is not taken up (hall reference §1.7).
var complaintGrounds = []Ground{
	{"outside", "不属于本中心投诉受理范围", "请拨打 12345，由热线转有关部门；属于其他机关的，请向其主管部门投诉。"},
	{"vague", "没有明确的投诉对象或具体事实", "补充投诉对象、时间和经过后，可以再次投诉。"},
	{"pending", "同一事项正在办理", "请用原来的查询码查询进度，办结后仍不满意的可以再次投诉。"},
	{"procedure", "已进入诉讼、仲裁、行政复议或调解程序", "请等待有关程序的结果。"},
	{"repeated", "已经处理，重复投诉而没有新的证据", "有新的证据时可以再次投诉；对处理结果不服的，可以向中心领导反映。"},
}

// Grounds lists the grounds for a kind of matter in the order of forms.
func Grounds(k Kind) []Ground {
	if k == Complaint {
		return slices.Clone(complaintGrounds)
	}
	return slices.Clone(stuckGrounds)
}

// GroundOf gives a ground by its code.
func GroundOf(k Kind, code string) (Ground, bool) {
	list := Grounds(k)
	i := slices.IndexFunc(list, func(g Ground) bool { return g.Code == code })
	if i < 0 {
		return Ground{}, false
	}
	return list[i], true
}
