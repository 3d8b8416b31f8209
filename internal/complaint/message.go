package complaint

import (
	"context"
	"time"

	"yichuang/internal/outbox"
	"yichuang/internal/store"
)

// The kinds of the messages to a reporter.
const (
	messageAccepted = "complaint.accepted" // 受理告知
	messageAnswered = "complaint.answered" // 答复告知
)

// told are the steps of which a reporter who left a number is told by a message. The words are the same for complaints and stuck matters, and
// say nothing of either: others may read a telephone.
var told = map[Action]struct{ kind, text string }{
	ActAccept:   {messageAccepted, "已受理，可凭查询码和手机号后四位在网上查询进度。"},
	ActRefuse:   {messageAnswered, "没有受理，理由和其他途径可凭查询码和手机号后四位在网上查看，也可到大厅询问。"},
	ActFinish:   {messageAnswered, "已有办理结果，可凭查询码和手机号后四位在网上查看，稍后会有人回访。"},
	ActApprove:  {messageAnswered, "已有答复，可凭查询码和手机号后四位在网上查看，稍后会有人回访。"},
	ActFeedback: {messageAnswered, "已有处理结果，可凭查询码和手机号后四位在网上查看，稍后会有人回访。"},
	ActSettle:   {messageAnswered, "已有最后的答复，可凭查询码和手机号后四位在网上查看。"},
}

// tell lets a message wait for the reporter of a matter after a step. The caller of a ticket is told by the hotline.
func (m *Module) tell(tx *store.Tx, f *file, action Action) error {
	t, ok := told[action]
	if !ok || f.ReporterID == "" || f.TicketID != "" {
		return nil
	}
	return m.outbox.Put(tx, outbox.Message{CentreID: f.CentreID, Kind: t.kind, Object: string(f.ID), Turn: f.EventSeq, No: f.No, PersonID: f.ReporterID, Text: "您反映的事（" + f.No + "）" + t.text})
}

// staleAfter is how long word of a step is news: where no gateway was there so long, it is not sent any more.
const staleAfter = 3 * 24 * time.Hour

// plain finishes a message, which has no link.
func (m *Module) plain(_ context.Context, g *outbox.Message) (string, error) {
	if m.db.Clock().Now() > g.At.Add(staleAfter) {
		return "", outbox.Drop
	}
	return "", nil
}
