package caseworkhttp

import (
	"context"
	"net/http"

	"yichuang/internal/casework"
	"yichuang/internal/rest"
)

type materialsBody struct {
	Materials []string `json:"materials" doc:"收到的材料代码"`
}

func registerSteps(k *rest.Kit, m *casework.Module) {
	step(k, casework.ActSpot, "当场更正", func(ctx context.Context, cmd casework.Command, in struct {
		What      string   `json:"what" maxLength:"500" doc:"更正了什么"`
		Materials []string `json:"materials,omitempty" doc:"当场补交的材料代码"`
	}) (casework.Case, error) {
		return m.SpotCorrect(ctx, cmd, in.What, in.Materials)
	})
	step(k, casework.ActNotify, "一次性告知补正", func(ctx context.Context, cmd casework.Command, in struct {
		Defects []casework.Defect `json:"defects" doc:"需要补正的全部材料和内容"`
		Reason  string            `json:"reason,omitempty" maxLength:"2000" doc:"再次告知的理由"`
	}) (casework.Case, error) {
		return m.Notify(ctx, cmd, in.Defects, in.Reason)
	})
	step(k, casework.ActSupply, "补正提交", func(ctx context.Context, cmd casework.Command, in struct {
		materialsBody
		Came bool `json:"came,omitempty" doc:"申请人为此到场一次"`
	}) (casework.Case, error) {
		return m.Supply(ctx, cmd, in.Materials, in.Came)
	})
	step(k, casework.ActAccept, "受理", func(ctx context.Context, cmd casework.Command, in struct {
		Mode casework.Mode `json:"mode" maxLength:"20" doc:"normal 材料齐全，tolerant 容缺受理，pledged 告知承诺"`
	}) (casework.Case, error) {
		return m.Accept(ctx, cmd, in.Mode)
	})
	step(k, casework.ActFulfil, "容缺材料补齐", func(ctx context.Context, cmd casework.Command, in materialsBody) (casework.Case, error) {
		return m.Fulfil(ctx, cmd, in.Materials)
	})
	step(k, casework.ActAskRefuse, "建议不予受理", m.ProposeRefusal)
	step(k, casework.ActRefuse, "不予受理或转告", m.Refuse)
	said(k, casework.ActWithdraw, "申请人撤回", m.Withdraw)
	step(k, casework.ActIssue, "制证，并登记证照", m.Issue)
	step(k, casework.ActDeliver, "送达", m.Deliver)
	step(k, casework.ActFee, "缴费或减免", m.SettleFee)
	step(k, casework.ActArchive, "归档", func(ctx context.Context, cmd casework.Command, in struct {
		Box string `json:"box" maxLength:"60" doc:"档号或盒号"`
	}) (casework.Case, error) {
		return m.Archive(ctx, cmd, in.Box)
	})
}

func registerOffice(k *rest.Kit, m *casework.Module) {
	step(k, casework.ActInspect, "现场核查", func(ctx context.Context, cmd casework.Command, in struct {
		With    string `json:"with" maxLength:"40" doc:"另一名核查人的用户编号"`
		Finding string `json:"finding" maxLength:"2000" doc:"核查情况"`
	}) (casework.Case, error) {
		return m.Inspect(ctx, cmd, in.With, in.Finding)
	})
	step(k, casework.ActFirst, "初审报送：意见和全部材料转决定机关", m.ReportFirst)
	said(k, casework.ActReview, "审查", m.Review)
	said(k, casework.ActSendBack, "退回审查", m.SendBack)
	step(k, casework.ActGrant, "准予决定", m.Grant)
	step(k, casework.ActDeny, "不予决定", m.Deny)
	step(k, casework.ActAskSuspend, "提请特别程序", m.ProposeSuspension)
	bare(k, casework.ActSuspend, "批准特别程序", m.Suspend)
	said(k, casework.ActResume, "结束特别程序", m.Resume)
	said(k, casework.ActAskExtend, "提请延期", m.ProposeExtension)
	step(k, casework.ActExtend, "批准延期", m.Extend)
	step(k, casework.ActDecline, "不同意呈请", func(ctx context.Context, cmd casework.Command, in struct {
		Kind   casework.Action `json:"kind" maxLength:"20" doc:"呈请的种类：ask_refuse、ask_suspend、ask_extend、ask_correct"`
		Reason string          `json:"reason" maxLength:"2000"`
	}) (casework.Case, error) {
		return m.Decline(ctx, cmd, in.Kind, in.Reason)
	})
	step(k, casework.ActAskCorrect, "建议更正", m.ProposeCorrection)
	step(k, casework.ActCorrect, "更正", m.Correct)
	step(k, casework.ActCheck, "告知承诺核查：属实、限期整改或不实", m.CheckPledge)
	said(k, casework.ActExplain, "超期公开说明", m.Explain)
	step(k, casework.ActReassign, "移交经办人", func(ctx context.Context, cmd casework.Command, in struct {
		UserID string `json:"user_id" maxLength:"40" doc:"接手人的用户编号"`
		Reason string `json:"reason" maxLength:"2000"`
	}) (casework.Case, error) {
		return m.Reassign(ctx, cmd, in.UserID, in.Reason)
	})
	said(k, casework.ActTerminate, "终止", m.Terminate)
	step(k, casework.ActRevoke, "撤销决定", m.Revoke)
}

// registerHearing adds the steps of hearings, recusal and what concerns the platform and posted workers.
func registerHearing(k *rest.Kit, m *casework.Module) {
	said(k, casework.ActPrereview, "网上申请预审通过", m.Prereview)
	said(k, casework.ActTell, "告知听证权利", m.TellHearing)
	said(k, casework.ActAskHearing, "登记听证申请", m.AskHearing)
	said(k, casework.ActWaive, "登记放弃听证", m.WaiveHearing)
	step(k, casework.ActConvene, "听证通知", m.ConveneHearing)
	said(k, casework.ActHold, "登记听证笔录", m.HoldHearing)
	step(k, casework.ActRecuse, "登记回避", func(ctx context.Context, cmd casework.Command, in struct {
		UserID string `json:"user_id" maxLength:"40" doc:"回避人员的用户编号"`
		Reason string `json:"reason" maxLength:"2000"`
	}) (casework.Case, error) {
		return m.Recuse(ctx, cmd, in.UserID, in.Reason)
	})
	step(k, casework.ActLink, "登记省平台的办件编号", func(ctx context.Context, cmd casework.Command, in struct {
		Number string `json:"number" maxLength:"60" doc:"省平台的办件编号"`
	}) (casework.Case, error) {
		return m.LinkPlatform(ctx, cmd, in.Number)
	})
	rest.Register(k, op(http.MethodPost, "/casework/handovers", "派驻人员调离：移交其全部在办件"), casework.PermReassign, func(ctx context.Context, in *struct{ Body casework.HandOverInput }) (*rest.Body[casework.HandedOver], error) {
		got, err := m.HandOver(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.OK(got), nil
	})
}
