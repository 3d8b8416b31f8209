package complaint

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/audit"
	"yichuang/internal/chain"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/jobs"
	"yichuang/internal/outbox"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// ArchiveKind is what records of matters are called in the archive.
const ArchiveKind = "complaint.matter"

// jobDeposit puts into the archive what has been over for the quiet period, every night.
const jobDeposit = "complaint.deposit"

const (
	quietDays    = 30 // in which the cause of a matter may still be set right
	depositBatch = 20
	depositAt    = 3 * time.Hour // at night
)

// ErrDeposited refuses a change of what is in the archive.
var ErrDeposited = errs.New(errs.Conflict, "complaint.deposited", "这件反映已归档入库，不能再改。")

// Schedule makes sure that a centre's matters come into the archive.
func Schedule(tx *store.Tx, centre string) error {
	return jobs.Ensure(tx, centre, jobDeposit, jobDeposit)
}

// depositSome archives the next matters whose quiet period is over, those that ended first before others.
func (m *Module) depositSome(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	before := (tx.Now().Date() - clock.Date(quietDays)).Start()
	ids, err := store.Select[MatterID](tx, "SELECT id FROM complaint_matter WHERE centre_id = $1 AND NOT open AND NOT deposited AND closed_at < $2 ORDER BY closed_at, id LIMIT $3", j.CentreID, before, depositBatch)
	if err != nil {
		return jobs.Done, err
	}
	var locked []string
	for _, id := range ids {
		locked = append(locked, string(id))
	}
	if err := lockBoth(tx, j.CentreID, locked...); err != nil {
		return jobs.Done, err
	}
	for _, id := range ids {
		if err := m.deposit(tx, j.CentreID, id); err != nil {
			return jobs.Done, err
		}
	}
	if len(ids) == depositBatch {
		return jobs.Snooze(tx.Now().Add(time.Second)), nil
	}
	return jobs.Snooze((tx.Now().Date() + 1).Start().Add(depositAt)), nil
}

// deposit puts one matter into the archive (一案一档); its event holds the content sum of the record.
func (m *Module) deposit(tx *store.Tx, centre string, id MatterID) error {
	f, err := m.load(tx, centre, id)
	if err != nil || f.Deposited {
		return err
	}
	body, err := m.archiveBody(tx, f)
	if err != nil {
		return err
	}
	class := archive.ClassOrdinary
	if f.Kind == Complaint {
		class = archive.ClassSerious
	}
	r, err := m.archive.Put(tx, archive.PutInput{Kind: ArchiveKind, Object: string(f.ID), No: f.No, Class: class, Body: body})
	if err != nil {
		return err
	}
	f.Deposited = true
	return m.finish(tx, f, ActDeposit, "", note{data: map[string]any{"record": r.ID, "content_sm3": r.ContentSM3}})
}

// archiveTables are the tables whose rows of a matter go into its record.
var archiveTables = []struct{ document, table, column, order string }{
	{"matter.json", "complaint_matter", "id", "id"},
	{"text.json", "complaint_text", "matter_id", "matter_id"},
	{"events.json", "complaint_event", "matter_id", "seq"},
	{"clocks.json", "complaint_clock", "matter_id", "id"},
	{"reminders.json", "complaint_reminder", "matter_id", "clock_id, rung"},
	{"investigators.json", "complaint_investigator", "matter_id", "user_id"},
	{"transfers.json", "complaint_transfer", "matter_id", "id"},
}

// led are the columns of a complaint that lead to who complained or to whom he complained of (see veiled); they stay with the matter.
var led = []string{"case_id", "case_no", "ticket_id", "ticket_no", "accused_id", "accused_unit"}

// unarchived reports whether a column stays out of the record: blind indexes, the tie to the reporter, and of a complaint what leads
// to him and to the person complained of.
func unarchived(k Kind, table, column string) bool {
	if strings.HasSuffix(column, "_bix") || column == "reporter_id" {
		return true
	}
	return k == Complaint && (slices.Contains(led, column) || table == "complaint_transfer" && (column == "user_id" || column == "unit_id"))
}

// aliasMark begins what stands for the person complained of in events and packages.
const aliasMark = "p-"

// alias stands for the person complained of (代号) in the chain of events and so in the package: the same for the same person in all
// complaints, and without meaning to anyone who lacks the key file. Who he is stays with the matter alone.
func (m *Module) alias(user string) string {
	if user == "" {
		return ""
	}
	return aliasMark + m.keys.BlindIndex(crypt.Kind("complaint-accused"), user)
}

// withhold puts the alias into events from before there was one, and marks them: their hash stands as it is, because the chain covers what
// they said then.
func (m *Module) withhold(rows []store.Record) error {
	for _, r := range rows {
		text, ok := r["data"].(string)
		if !ok || r["action"] != string(ActIdentify) || text == "" {
			continue
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(text), &data); err != nil {
			return fmt.Errorf("archive event: %w", err)
		}
		user, ok := data["user"].(string)
		if !ok || user == "" || strings.HasPrefix(user, aliasMark) {
			continue
		}
		data["user"] = m.alias(user)
		b, err := json.Marshal(data)
		if err != nil {
			return err
		}
		r["data"], r["data_withheld"] = string(b), true
	}
	return nil
}

// mayTake lets those take the package of a matter who may know its reporter (invariant I10), since his words and files are in it.
func (m *Module) mayTake(tx *store.Tx, object string) (actor.Permission, error) {
	a := actor.From(tx.Context())
	c, err := one(tx, a.CentreID, object)
	if err != nil {
		return "", err
	}
	perm := personalPerm(c.Kind)
	if !c.knows(a) {
		return perm, archive.ErrGuarded.With("permission", string(perm))
	}
	return perm, nil
}

// archiveBody collects what is archived of a matter. Who reported it is not in it, and of whom he complained only as an alias: they stay
// with the matter, where few may read them. What people wrote is in it as they wrote it, which is why the package is guarded.
func (m *Module) archiveBody(tx *store.Tx, f *file) (archive.Body, error) {
	var b archive.Body
	add := func(name string, v any) error {
		data, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("archive %s: %w", name, err)
		}
		b.Documents = append(b.Documents, archive.Document{Name: name, Data: data})
		return nil
	}
	for _, t := range archiveTables {
		rows, err := store.Records(tx, "SELECT * FROM "+t.table+" WHERE centre_id = $1 AND "+t.column+" = $2 ORDER BY "+t.order, f.CentreID, f.ID)
		if err != nil {
			return b, err
		}
		for _, r := range rows {
			maps.DeleteFunc(r, func(column string, _ any) bool { return unarchived(f.Kind, t.table, column) })
		}
		if t.table == "complaint_event" {
			if err := m.withhold(rows); err != nil {
				return b, err
			}
		}
		if err := add(t.document, rows); err != nil {
			return b, err
		}
	}
	return b, evidence.Enclose(tx, &b, f.object())
}

// Redact takes what people wrote out of a matter whose record is destroyed (销毁), its files, and the tie to who reported it. States, moments,
// codes and outcomes stay, and so do all figures; the chain of events holds, by the seals of the texts.
func (m *Module) Redact(tx *store.Tx, object string) error {
	centre := actor.From(tx.Context()).CentreID
	if err := audit.Lock(tx, centre, object); err != nil {
		return err
	}
	f, err := m.load(tx, centre, MatterID(object))
	if err != nil {
		return err
	}
	if err := evidence.Remove(tx, f.object()); err != nil {
		return err
	}
	for _, sql := range []string{
		"UPDATE complaint_event SET text = '', text_salt = '' WHERE centre_id = $1 AND matter_id = $2",
		"UPDATE complaint_text SET content = '', about = '' WHERE centre_id = $1 AND matter_id = $2",
		"UPDATE complaint_transfer SET reason = '' WHERE centre_id = $1 AND matter_id = $2",
		"UPDATE complaint_reminder SET text = '' WHERE centre_id = $1 AND matter_id = $2",
	} {
		if err := tx.Queue(sql, centre, f.ID); err != nil {
			return err
		}
	}
	for _, kind := range []string{messageAccepted, messageAnswered} {
		if err := outbox.ForgetTx(tx, f.CentreID, kind, object); err != nil {
			return err
		}
	}
	reporter := f.ReporterID
	f.Title, f.Asked, f.ReporterID = "", "", ""
	if err := m.finish(tx, f, ActDestroy, "", note{}); err != nil {
		return err
	}
	_, err = m.party.Release(tx, centre, reporter)
	return err
}

// needsTx tells why this module still needs to know who somebody is: he reported something that is not destroyed.
func (m *Module) needsTx(tx *store.Tx, centre, person string) (party.Reason, error) {
	list, err := store.Select[bool](tx, "SELECT open FROM complaint_matter WHERE centre_id = $1 AND reporter_id = $2 AND reporter_id <> '' ORDER BY open DESC LIMIT 1", centre, person)
	switch {
	case err != nil || len(list) == 0:
		return party.Reason{}, err
	case list[0]:
		return party.Reason{Text: "有未办结的投诉或办不成事"}, nil
	}
	return party.Reason{Text: "投诉或办不成事还在保管", Lasting: true}, nil
}

// VerifyArchive checks the chain of events in a package of a matter, from the package alone, and gives what does not hold and how many
// events cannot be proved (未能验算); archive.Verify has checked the files before. What cannot be proved are events from before there
// were aliases: an alias stands where the id was, so that anything might. None is accepted once an event with an alias has held.
func VerifyArchive(r archive.Report) (faults []string, unproved int) {
	var rows []struct {
		CentreID  string `json:"centre_id"`
		MatterID  string `json:"matter_id"`
		Seq       int64  `json:"seq"`
		Action    string `json:"action"`
		Was       string `json:"was"`
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
		Withheld  bool   `json:"data_withheld"`
		Hash      string `json:"hash"`
	}
	if json.Unmarshal(r.Contents["events.json"], &rows) != nil || len(rows) == 0 {
		return []string{"办理记录读不出来"}, 0
	}
	prev, aliases := []byte{}, false
	for _, e := range rows {
		hash, err := hex.DecodeString(e.Hash)
		event := Event{CentreID: e.CentreID, MatterID: MatterID(e.MatterID), Seq: e.Seq, Action: Action(e.Action), Was: State(e.Was), State: State(e.State), ActorKind: e.ActorKind, ActorID: e.ActorID,
			ActorName: e.ActorName, UnitID: e.UnitID, At: clock.Instant(e.At), Text: e.Text, TextSalt: e.Salt, TextSeal: e.Seal, Data: e.Data, Hash: hash}
		holds := err == nil && event.Holds(prev)
		switch {
		case holds:
			aliases = aliases || event.aliased()
		case e.Withheld && !aliases && event.aliased() && len(hash) == len(chain.After(prev).Hash()):
			unproved++
		default:
			return []string{fmt.Sprintf("办理记录从第 %d 条起与校验值不符", e.Seq)}, unproved
		}
		prev = hash
	}
	return nil, unproved
}

// aliased reports whether an event says by an alias of whom somebody complained.
func (e *Event) aliased() bool {
	var data struct {
		User string `json:"user"`
	}
	return e.Action == ActIdentify && json.Unmarshal([]byte(e.Data), &data) == nil && strings.HasPrefix(data.User, aliasMark)
}
