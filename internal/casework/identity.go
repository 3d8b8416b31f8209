package casework

import (
	"slices"

	"yichuang/internal/errs"
	"yichuang/internal/org"
)

// How somebody who came was known for who he is (身份核验, hall reference §4.1): somebody looks, and says so himself; nothing is
// taken for granted.
const (
	IdentityCard   = "card"      // 读卡: the reader read the card
	IdentityManual = "manual"    // 人工核对: the person and the paper were compared
	IdentityRemote = "real_name" // 线上实名: by a real-name service that the window looked at
)

// IdentityWays lists the ways in the order of forms.
func IdentityWays() []org.Choice {
	return []org.Choice{{Value: IdentityCard, Label: "读卡"}, {Value: IdentityManual, Label: "人工核对证件"}, {Value: IdentityRemote, Label: "线上实名"}}
}

// AgentAuthorities lists by what somebody acts in the applicant's place (代办授权, 民法典 arts. 163, 165).
func AgentAuthorities() []org.Choice {
	return []org.Choice{{Value: "letter", Label: "授权委托书"}, {Value: "guardian", Label: "法定代理人（监护关系证明）"}, {Value: "officer", Label: "单位经办人（介绍信或委托书）"}, {Value: "helper", Label: "帮办代办员（本人委托记录）"}}
}

// has reports whether a code is in a list.
func has(list []org.Choice, code string) bool {
	return slices.ContainsFunc(list, func(c org.Choice) bool { return c.Value == code })
}

// identified asks how who came was identified, at a window and where somebody of the office went; what came by post has only papers.
// An agent's own identity is checked, and by what he acts is written down.
func (in *IntakeInput) identified(e *errs.Error) *errs.Error {
	post := in.Channel == ChannelPost
	if !has(IdentityWays(), in.Identity) && !(post && in.Identity == "") {
		e = e.Field("identity", "请核对来办的人的身份，并选择核验方式。")
	}
	switch {
	case in.Agent.Name == "" && in.Authority != "":
		e = e.Field("agent_authority", "没有登记代办人，不用选代办授权。")
	case in.Agent.Name != "" && !has(AgentAuthorities(), in.Authority):
		e = e.Field("agent_authority", "请核对代办人的授权，并选择授权方式。")
	}
	return e
}

// identityLine says on the sheet how who came was identified.
func (v *Visit) identityLine(by string) string {
	var text string
	switch {
	case v.Identity != "":
		text = org.LabelOf(IdentityWays(), v.Identity)
	case online(v.Channel):
		text = "网上申请，没有当面核验"
	case v.Channel == ChannelPost:
		text = "邮寄申请，没有当面核验"
	default:
		return "没有登记"
	}
	if v.Identity != "" && by != "" {
		text += "，" + by
	}
	if v.Authority != "" {
		text += "；代办授权：" + org.LabelOf(AgentAuthorities(), v.Authority)
	}
	return text
}
