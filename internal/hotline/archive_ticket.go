package hotline

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"yichuang/internal/archive"
	"yichuang/internal/blob"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// ArchiveKind is what records of tickets are called in the archive.
const ArchiveKind = "hotline.ticket"

// ErrArchived refuses any change of a ticket that is in the archive.
var ErrArchived = errs.New(errs.Conflict, "hotline.archived", "工单已经归档，不能再改动。需要继续办理的，请登记新工单并关联。")

// Archive puts an ended ticket away (归档) with a record in the archive, whose content sum the event holds. Nothing changes
// the ticket afterwards but its destruction. Tickets that ended otherwise than by closing keep their state.
func (m *Module) Archive(ctx context.Context, cmd Command) (Ticket, error) {
	return m.do(ctx, cmd, ActArchive, "", m.putAway)
}

func (m *Module) putAway(tx *store.Tx, o *order, _ *Leg) (note, error) {
	if o.Supervised > 0 {
		return note{}, ErrSupervised
	}
	body, err := m.archiveBody(tx, o)
	if err != nil {
		return note{}, err
	}
	r, err := m.archive.Put(tx, archive.PutInput{Kind: ArchiveKind, Object: string(o.ID), No: o.No, Class: archiveClass(&o.Ticket), Body: body})
	if err != nil {
		return note{}, err
	}
	o.ArchivedAt = tx.Now()
	if o.State == Closed {
		o.State = Archived
	}
	return note{data: map[string]any{"content_sm3": r.ContentSM3, "files": r.Files}}, nil
}

// archiveClass is the retention class that a ticket starts with; the archive may move it.
func archiveClass(t *Ticket) string {
	if t.Kind == Report || t.Confidential != NotConfidential || t.Round > 1 || t.Urgency == Critical {
		return archive.ClassSerious
	}
	return archive.ClassOrdinary
}

// archiveTables are the tables whose rows of a ticket go into its record, each as a document of its own.
var archiveTables = []struct{ document, table, column, order string }{
	{"ticket.json", "hotline_ticket", "id", "id"},
	{"legs.json", "hotline_leg", "ticket_id", "id"},
	{"events.json", "hotline_event", "ticket_id", "seq"},
	{"callbacks.json", "hotline_callback", "ticket_id", "id"},
	{"notices.json", "hotline_notice", "ticket_id", "id"},
	{"asks.json", "hotline_ask", "ticket_id", "id"},
	{"links.json", "hotline_link", "ticket_id", "id"},
	{"place.json", "hotline_place", "ticket_id", "ticket_id"},
	{"attachments.json", "hotline_attachment", "ticket_id", "id"},
	{"supervisions.json", "hotline_supervision", "ticket_id", "id"},
	{"messages.json", "hotline_message", "ticket_id", "id"},
}

// archiveBody collects what is archived of a ticket (一单一档): every row that belongs to it, the caller, a summary that is
// read without this program, and the attachments.
func (m *Module) archiveBody(tx *store.Tx, o *order) (archive.Body, error) {
	var b archive.Body
	for _, t := range archiveTables {
		rows, err := store.Records(tx, "SELECT * FROM "+t.table+" WHERE centre_id = $1 AND "+t.column+" = $2 ORDER BY "+t.order, o.CentreID, o.ID)
		if err != nil {
			return b, err
		}
		for _, r := range rows {
			maps.DeleteFunc(r, func(column string, _ any) bool {
				return strings.HasSuffix(column, "_bix") || strings.HasSuffix(column, "_enc")
			})
		}
		if err := addDocument(&b, t.document, rows); err != nil {
			return b, err
		}
	}
	contact := party.Contact{}
	if o.CallerID != "" {
		p, err := party.Load(tx, o.CentreID, o.CallerID)
		if err != nil {
			return b, err
		}
		if contact, err = m.party.Open(p); err != nil {
			return b, err
		}
	}
	if err := addDocument(&b, "caller.json", map[string]string{"name": contact.Name, "phone": contact.Phone}); err != nil {
		return b, err
	}
	if err := m.addRecordings(tx, &b, o); err != nil {
		return b, err
	}
	if err := m.addSummary(tx, &b, o, contact); err != nil {
		return b, err
	}
	return b, addEnclosures(tx, &b, o)
}

func addDocument(b *archive.Body, name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("archive %s: %w", name, err)
	}
	b.Documents = append(b.Documents, archive.Document{Name: name, Data: data})
	return nil
}

// recording is one line of the index of recordings (录音索引); the recordings lie at the switch.
type recording struct {
	Call     string        `json:"call"`
	Seat     string        `json:"seat,omitempty"`
	Offered  clock.Instant `json:"offered_at"`
	Answered clock.Instant `json:"answered_at,omitzero"`
	Ended    clock.Instant `json:"ended_at,omitzero"`
	Address  string        `json:"address,omitempty"`
}

func (m *Module) addRecordings(tx *store.Tx, b *archive.Body, o *order) error {
	calls, err := m.telephony.OfTicketTx(tx, o.CentreID, string(o.ID))
	if err != nil {
		return err
	}
	list := []recording{}
	for _, c := range calls {
		list = append(list, recording{c.Ref, c.Seat, c.OfferedAt, c.AnsweredAt, c.EndedAt, c.Recording})
	}
	return addDocument(b, "recordings.json", list)
}

// addEnclosures adds the attachments under names that say their order.
func addEnclosures(tx *store.Tx, b *archive.Body, o *order) error {
	list, err := store.Select[Attachment](tx, attachmentQuery+" ORDER BY id", o.CentreID, o.ID)
	if err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, f := range list {
		ids[i] = f.BlobID
	}
	blobs, err := blob.List(tx, o.CentreID, ids)
	if err != nil {
		return err
	}
	for i, f := range list {
		at := slices.IndexFunc(blobs, func(x blob.Blob) bool { return x.ID == f.BlobID })
		if at < 0 {
			return blob.ErrNotFound
		}
		b.Enclosures = append(b.Enclosures, archive.Enclosure{Name: fmt.Sprintf("attachments/%02d-%s", i+1, path.Base(f.Name)), BlobID: f.BlobID, SHA256: blobs[at].SHA256, Size: f.Size})
	}
	return nil
}

// summary is the page of a record that people read, in the words of the office.
type summary struct {
	No         string         `json:"工单号"`
	Title      string         `json:"标题"`
	Content    string         `json:"诉求内容"`
	Address    string         `json:"地址,omitempty"`
	Kind       string         `json:"类型"`
	Channel    string         `json:"渠道"`
	Urgency    string         `json:"紧急程度"`
	Category   string         `json:"事项分类,omitempty"`
	Area       string         `json:"区域,omitempty"`
	Caller     string         `json:"来电人,omitempty"`
	Phone      string         `json:"联系电话,omitempty"`
	State      string         `json:"归档前状态"`
	Unit       string         `json:"主办单位,omitempty"`
	CreatedAt  string         `json:"登记时间"`
	AcceptedAt string         `json:"受理时间,omitempty"`
	ClosedAt   string         `json:"办结时间,omitempty"`
	ArchivedAt string         `json:"归档时间"`
	Steps      []summaryStep  `json:"办理过程"`
	Replies    []summaryReply `json:"承办单位答复"`
}

type summaryStep struct {
	At     string `json:"时间"`
	Action string `json:"操作"`
	By     string `json:"办理人,omitempty"`
	Unit   string `json:"单位,omitempty"`
	Text   string `json:"内容,omitempty"`
	State  string `json:"状态"`
}

type summaryReply struct {
	Unit     string `json:"单位"`
	Role     string `json:"角色"`
	Due      string `json:"时限"`
	At       string `json:"提交时间,omitempty"`
	Public   string `json:"公开答复,omitempty"`
	Internal string `json:"内部说明,omitempty"`
	Solved   string `json:"办理结果,omitempty"`
}

func (m *Module) addSummary(tx *store.Tx, b *archive.Body, o *order, c party.Contact) error {
	t, err := store.Get[TicketText](tx, "SELECT content, address FROM hotline_ticket WHERE centre_id = $1 AND id = $2", o.CentreID, o.ID)
	if err != nil {
		return err
	}
	events, err := loadEvents(tx, o.CentreID, o.ID)
	if err != nil {
		return err
	}
	legs, err := store.Select[Leg](tx, legQuery, o.CentreID, o.ID)
	if err != nil {
		return err
	}
	units := []string{o.UnitID}
	for _, l := range legs {
		units = append(units, l.UnitID)
	}
	for _, e := range events {
		units = append(units, e.UnitID)
	}
	names, err := m.org.UnitsTx(tx, o.CentreID, units)
	if err != nil {
		return err
	}
	unit := func(id string) string { return names[id].Name }
	s := summary{No: o.No, Title: o.Title, Content: t.Content, Address: t.Address, Kind: o.Kind, Channel: o.Channel, Urgency: o.Urgency, Category: o.Category, Area: o.Area,
		Caller: c.Name, Phone: c.Phone, State: o.State.Label(), Unit: unit(o.UnitID), CreatedAt: o.CreatedAt.String(), AcceptedAt: o.AcceptedAt.String(),
		ClosedAt: o.ClosedAt.String(), ArchivedAt: tx.Now().String()}
	for _, e := range events {
		s.Steps = append(s.Steps, summaryStep{e.At.String(), e.Action.Label(), e.ActorName, unit(e.UnitID), e.Text, e.State.Label()})
	}
	for _, l := range legs {
		s.Replies = append(s.Replies, summaryReply{unit(l.UnitID), string(l.Role), l.Due.String(), l.SubmittedAt.String(), l.ReplyPublic, l.ReplyInside, l.Solved})
	}
	return addDocument(b, "summary.json", s)
}

// VerifyArchive checks the chain of events in a package of a ticket, from the package alone, and gives what does not hold;
// archive.Verify has checked the files before.
func VerifyArchive(r archive.Report) []string {
	var rows []struct {
		CentreID  string `json:"centre_id"`
		TicketID  string `json:"ticket_id"`
		Seq       int64  `json:"seq"`
		LegID     string `json:"leg_id"`
		Action    string `json:"action"`
		State     string `json:"state"`
		ActorKind string `json:"actor_kind"`
		ActorID   string `json:"actor_id"`
		ActorName string `json:"actor_name"`
		UnitID    string `json:"unit_id"`
		At        int64  `json:"at"`
		Text      string `json:"text"`
		Salt      string `json:"text_salt"`
		Seal      string `json:"text_seal"`
		Data      string `json:"data"`
		Hash      hexed  `json:"hash"`
	}
	var ticket []struct {
		EventSeq  int64 `json:"event_seq"`
		EventHash hexed `json:"event_hash"`
	}
	if json.Unmarshal(r.Contents["events.json"], &rows) != nil || json.Unmarshal(r.Contents["ticket.json"], &ticket) != nil || len(ticket) != 1 {
		return []string{"办理记录读不出来"}
	}
	events := make([]Event, len(rows))
	for i, e := range rows {
		events[i] = Event{CentreID: e.CentreID, TicketID: TicketID(e.TicketID), Seq: e.Seq, LegID: LegID(e.LegID), Action: Action(e.Action), State: State(e.State), ActorKind: e.ActorKind,
			ActorID: e.ActorID, ActorName: e.ActorName, UnitID: e.UnitID, At: clock.Instant(e.At), Text: e.Text, TextSalt: e.Salt, TextSeal: e.Seal, Data: e.Data, Hash: e.Hash}
	}
	if at := chain.Broken(events, ticket[0].EventSeq, ticket[0].EventHash); at != 0 {
		return []string{fmt.Sprintf("办理记录从第 %d 条起与校验值不符", at)}
	}
	return nil
}

// hexed is bytes as the documents of a record hold them: hexadecimal text.
type hexed []byte

// UnmarshalText reads hexadecimal text.
func (h *hexed) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}
