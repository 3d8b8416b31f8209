package casework

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/outbox"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// ArchiveKind is what records of cases are called in the archive.
const ArchiveKind = "casework.case"

// archiveTables are the tables whose rows of a case go into its record, each as a document of its own.
var archiveTables = []struct{ document, table, column, order string }{
	{"case.json", "casework_case", "id", "id"},
	{"events.json", "casework_event", "case_id", "seq"},
	{"clocks.json", "casework_clock", "case_id", "id"},
	{"materials.json", "casework_material", "case_id", "material_id"},
	{"files.json", "casework_file", "case_id", "id"},
	{"proposals.json", "casework_proposal", "case_id", "id"},
	{"vouchers.json", "casework_voucher", "case_id", "id"},
	{"hearings.json", "casework_hearing", "case_id", "id"},
	{"recusals.json", "casework_recusal", "case_id", "user_id"},
	{"licence.json", "casework_licence", "id", "id"},
	{"licence_events.json", "casework_licence_event", "case_id", "seq"},
}

// deposit puts the case into the archive (一案一档), as its event is about to say: the record's content sum is in the event.
func (m *Module) deposit(tx *store.Tx, d *dossier, box string) (archive.Record, error) {
	body, err := m.archiveBody(tx, d, box)
	if err != nil {
		return archive.Record{}, err
	}
	class, err := m.archiveClass(tx, d)
	if err != nil {
		return archive.Record{}, err
	}
	return m.archive.Put(tx, archive.PutInput{Kind: ArchiveKind, Object: string(d.ID), No: d.No, Class: class, Body: body})
}

// archiveClass is the retention class that a case starts with; the archive may move it. What may be litigated is kept longer.
func (m *Module) archiveClass(tx *store.Tx, d *dossier) (string, error) {
	hearings, err := hearingsOf(tx, d.CentreID, d.ID)
	if d.Decision == Denied || d.State == Refused || len(hearings) > 0 {
		return archive.ClassCaseSerious, err
	}
	return archive.ClassCase, err
}

// archiveBody collects what is archived of a case: every row that belongs to it, who applied, the item's version, and the files.
func (m *Module) archiveBody(tx *store.Tx, d *dossier, box string) (archive.Body, error) {
	var b archive.Body
	for _, t := range archiveTables {
		rows, err := store.Records(tx, "SELECT * FROM "+t.table+" WHERE centre_id = $1 AND "+t.column+" = $2 ORDER BY "+t.order, d.CentreID, d.ID)
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
	who, err := m.party.OpenApplicant(tx, d.CentreID, d.ApplicantID)
	if err != nil {
		return b, err
	}
	people := map[string]string{"name": who.Name, "id_type": who.IDType, "id_no": who.IDNo, "phone": who.Phone}
	if d.AgentID != "" {
		agent, err := m.party.OpenApplicant(tx, d.CentreID, d.AgentID)
		if err != nil {
			return b, err
		}
		people["agent_name"], people["agent_id_no"], people["agent_phone"] = agent.Name, agent.IDNo, agent.Phone
	}
	if err := addDocument(&b, "applicant.json", people); err != nil {
		return b, err
	}
	if err := addDocument(&b, "item.json", d.terms.Content); err != nil {
		return b, err
	}
	if err := m.addSummary(tx, &b, d, who.Name, box); err != nil {
		return b, err
	}
	return b, addEnclosures(tx, &b, d)
}

func addDocument(b *archive.Body, name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("archive %s: %w", name, err)
	}
	b.Documents = append(b.Documents, archive.Document{Name: name, Data: data})
	return nil
}

// addEnclosures adds the files of materials under names that say their order.
func addEnclosures(tx *store.Tx, b *archive.Body, d *dossier) error {
	list, err := filesOf(tx, d.CentreID, d.ID)
	if err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, f := range list {
		ids[i] = f.BlobID
	}
	blobs, err := blob.List(tx, d.CentreID, ids)
	if err != nil {
		return err
	}
	for i, f := range list {
		at := slices.IndexFunc(blobs, func(x blob.Blob) bool { return x.ID == f.BlobID })
		if at < 0 {
			return blob.ErrNotFound
		}
		b.Enclosures = append(b.Enclosures, archive.Enclosure{Name: fmt.Sprintf("materials/%02d-%s", i+1, path.Base(f.Name)), BlobID: f.BlobID, SHA256: blobs[at].SHA256, Size: f.Size})
	}
	return nil
}

// summary is the page of a record that people read, in the words of the office.
type summary struct {
	No        string        `json:"办件编号"`
	Item      string        `json:"事项名称"`
	Code      string        `json:"实施编码"`
	Unit      string        `json:"办理单位"`
	Applicant string        `json:"申请人"`
	Channel   string        `json:"申请渠道"`
	Received  string        `json:"收件时间"`
	Accepted  string        `json:"受理时间,omitempty"`
	Mode      string        `json:"受理方式,omitempty"`
	Decided   string        `json:"决定时间,omitempty"`
	Decision  string        `json:"决定,omitempty"`
	ResultNo  string        `json:"证照编号,omitempty"`
	Closed    string        `json:"办结时间"`
	State     string        `json:"归档前状态"`
	Promise   string        `json:"承诺时限"`
	Statutory string        `json:"法定时限"`
	Box       string        `json:"档号或盒号"`
	Papers    []string      `json:"文书"`
	Steps     []summaryStep `json:"办理过程"`
}

type summaryStep struct {
	At        string `json:"时间"`
	Action    string `json:"操作"`
	By        string `json:"办理人,omitempty"`
	Authority string `json:"依据,omitempty"`
	Text      string `json:"内容,omitempty"`
	State     string `json:"状态"`
}

func (m *Module) addSummary(tx *store.Tx, b *archive.Body, d *dossier, applicant, box string) error {
	unit, err := m.org.UnitTx(tx, d.CentreID, d.UnitID)
	if err != nil {
		return err
	}
	events, err := loadEvents(tx, d.CentreID, d.ID)
	if err != nil {
		return err
	}
	papers, err := store.Select[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND case_id = $2 ORDER BY id", d.CentreID, d.ID)
	if err != nil {
		return err
	}
	promise, statutory := d.Verdicts(tx.Now())
	s := summary{No: d.No, Item: d.ItemName, Code: d.terms.Code, Unit: unit.Name, Applicant: applicant, Channel: d.Channel, Received: d.ReceivedAt.String(), Accepted: d.AcceptedAt.String(), Mode: d.Mode.Label(),
		Decided: d.DecidedAt.String(), Decision: d.Decision.Label(), ResultNo: d.ResultNo, Closed: d.ClosedAt.String(), State: d.State.Label(), Promise: promise.Label(), Statutory: statutory.Label(), Box: box}
	for _, p := range papers {
		s.Papers = append(s.Papers, p.Kind.Title()+" "+p.No)
	}
	for _, e := range events {
		s.Steps = append(s.Steps, summaryStep{e.At.String(), e.Action.Label(), e.ActorName, e.Authority, e.Text, e.State.Label()})
	}
	return addDocument(b, "summary.json", s)
}

// Redact takes what people wrote and who they are out of a case whose record is destroyed (销毁): texts of its events, what
// its vouchers say, proposals, hearings, files, and the applicant, where no module needs him any more. States, moments, codes and outcomes stay, and so do all figures; the chain of events holds, by the seals of the texts.
func (m *Module) Redact(tx *store.Tx, object string) error {
	centre := actor.From(tx.Context()).CentreID
	if err := audit.Lock(tx, centre, object); err != nil {
		return err
	}
	d, err := m.load(tx, centre, CaseID(object))
	if err != nil {
		return err
	}
	files, err := filesOf(tx, centre, d.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := blob.Detach(tx, centre, f.BlobID); err != nil && !errors.Is(err, blob.ErrNotFound) {
			return err
		}
	}
	for _, sql := range []string{
		"UPDATE casework_event SET text = '', text_salt = '' WHERE centre_id = $1 AND case_id = $2",
		"UPDATE casework_licence_event SET text = '', text_salt = '' WHERE centre_id = $1 AND case_id = $2",
		"UPDATE casework_voucher SET body = '{}' WHERE centre_id = $1 AND case_id = $2",
		"UPDATE casework_proposal SET body = '{}', reason = '', answer = '' WHERE centre_id = $1 AND case_id = $2",
		"UPDATE casework_hearing SET place = '', chair_name = '', record = '' WHERE centre_id = $1 AND case_id = $2",
		"DELETE FROM casework_file WHERE centre_id = $1 AND case_id = $2",
	} {
		if err := tx.Queue(sql, centre, d.ID); err != nil {
			return err
		}
	}
	for _, kind := range []string{messageLicence, messageDelivered} {
		if err := outbox.ForgetTx(tx, centre, kind, object); err != nil {
			return err
		}
	}
	d.Overdue, d.PublicAt = "", 0
	if err := m.finish(tx, d, ActDestroy, note{}); err != nil {
		return err
	}
	for _, person := range nonEmpty(d.ApplicantID, d.AgentID) {
		if _, err := m.party.Release(tx, centre, person); err != nil {
			return err
		}
	}
	return nil
}

// needsTx tells why the hall still needs to know who somebody is: he applied in a case that is not destroyed, for himself or for
// another, or holds a licence in force.
func (m *Module) needsTx(tx *store.Tx, centre, person string) (party.Reason, error) {
	for _, q := range needQueries {
		list, err := store.Select[CaseID](tx, q.sql, centre, person)
		if err != nil || len(list) > 0 {
			return q.reason, err
		}
	}
	return party.Reason{}, nil
}

// needQueries are the reasons in the order in which they are told; each query reads the index of one column.
var needQueries = []struct {
	sql    string
	reason party.Reason
}{
	{"SELECT c.id FROM casework_case c WHERE c.centre_id = $1 AND c.applicant_id = $2 AND c.open" + notDestroyed, party.Reason{Text: "有未办结的办件"}},
	{"SELECT c.id FROM casework_case c WHERE c.centre_id = $1 AND c.agent_id = $2 AND c.agent_id <> '' AND c.open" + notDestroyed, party.Reason{Text: "有未办结的办件"}},
	{"SELECT id FROM casework_licence WHERE centre_id = $1 AND holder_id = $2 AND state = 'active' LIMIT 1", party.Reason{Text: "持有有效的证照", Lasting: true}},
	{"SELECT c.id FROM casework_case c WHERE c.centre_id = $1 AND c.applicant_id = $2" + notDestroyed, party.Reason{Text: "办件还在保管", Lasting: true}},
	{"SELECT c.id FROM casework_case c WHERE c.centre_id = $1 AND c.agent_id = $2 AND c.agent_id <> ''" + notDestroyed, party.Reason{Text: "办件还在保管", Lasting: true}},
}

const notDestroyed = " AND NOT EXISTS (SELECT 1 FROM casework_event e WHERE e.centre_id = c.centre_id AND e.case_id = c.id AND e.action = '" + string(ActDestroy) + "') LIMIT 1"

// VerifyArchive checks the chain of events in a package of a case, from the package alone, and gives what does not hold;
// archive.Verify has checked the files before.
func VerifyArchive(r archive.Report) []string {
	var rows []struct {
		CentreID  string `json:"centre_id"`
		CaseID    string `json:"case_id"`
		Seq       int64  `json:"seq"`
		Action    string `json:"action"`
		Was       string `json:"was"`
		State     string `json:"state"`
		ActorKind string `json:"actor_kind"`
		ActorID   string `json:"actor_id"`
		ActorName string `json:"actor_name"`
		UnitID    string `json:"unit_id"`
		Authority string `json:"authority"`
		At        int64  `json:"at"`
		Text      string `json:"text"`
		Salt      string `json:"text_salt"`
		Seal      string `json:"text_seal"`
		Data      string `json:"data"`
		Hash      hexed  `json:"hash"`
	}
	var head []struct {
		EventSeq  int64 `json:"event_seq"`
		EventHash hexed `json:"event_hash"`
	}
	if json.Unmarshal(r.Contents["events.json"], &rows) != nil || json.Unmarshal(r.Contents["case.json"], &head) != nil || len(head) != 1 {
		return []string{"办理记录读不出来"}
	}
	events := make([]Event, len(rows))
	for i, e := range rows {
		events[i] = Event{CentreID: e.CentreID, CaseID: CaseID(e.CaseID), Seq: e.Seq, Action: Action(e.Action), Was: State(e.Was), State: State(e.State), ActorKind: e.ActorKind, ActorID: e.ActorID,
			ActorName: e.ActorName, UnitID: e.UnitID, Authority: e.Authority, At: clock.Instant(e.At), Text: e.Text, TextSalt: e.Salt, TextSeal: e.Seal, Data: e.Data, Hash: e.Hash}
	}
	if at := chain.Broken(events, head[0].EventSeq, head[0].EventHash); at != 0 {
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
