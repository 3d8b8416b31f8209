package item

import (
	"errors"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// lockedItem loads an item for a change that has checked already who may make it; its lock is that of its versions.
func lockedItem(tx *store.Tx, centre, id string) (Item, error) {
	return store.Get[Item](tx, "SELECT "+itemColumns+" FROM item_item WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), centre, id)
}

// alterTx does to an item what the published alteration says, from its day on. One that is resumed later waits for its day.
func (m *Module) alterTx(tx *store.Tx, x *Alteration, r alterationItem) error {
	it, err := lockedItem(tx, r.CentreID, r.ItemID)
	if err != nil {
		return err
	}
	if r.Successor {
		_, err := m.InForceTx(tx, it.CentreID, it.ID, x.Day)
		if errors.Is(err, ErrNotInForce) {
			err = ErrWrongState.Say("新事项“%s”在 %s 没有生效，没有发布。", it.Name, x.Day)
		}
		return err
	}
	if err := m.alterable(tx, x, &it); err != nil {
		return err
	}
	if x.Kind == Resuming && x.Day > tx.Now().Date() {
		return jobs.Insert(tx, x.CentreID, resumeJob, it.ID+"/"+x.Day.String(), x.Day.Start(), it.ID)
	}
	return m.takeEffect(tx, x, &it)
}

// takeEffect changes the published versions of an item by an alteration and leaves its trace with the item. The state of an item
// with an open draft stays that of the draft.
func (m *Module) takeEffect(tx *store.Tx, x *Alteration, it *Item) error {
	list, err := versionsTx(tx, it.CentreID, it.ID)
	if err != nil {
		return err
	}
	was := map[string]State{}
	for _, v := range list {
		was[v.ID] = v.State
	}
	changed := x.altered(list)
	if len(changed) == 0 {
		return nil
	}
	first := &changed[0]
	if _, open := openVersion(list); !open {
		it.State = first.State
	}
	if err := stepTx(tx, it, first, Action(x.Kind), was[first.ID], "自 "+x.Day.String()+" 起"+x.Kind.Label()+"："+x.Reason); err != nil {
		return err
	}
	if err := m.saveAltered(tx, it, changed); err != nil {
		return err
	}
	return audit.RecordIn(tx, it.CentreID, audit.Entry{Action: "item." + string(x.Kind), Permission: PermPublish, Kind: "item", Object: it.ID, Detail: map[string]any{"alteration": x.ID, "day": x.Day, "version": first.ID, "no": first.No, "state": first.State}})
}

// altered gives those versions of a list that the alteration changes, as they stand afterwards.
func (x *Alteration) altered(list []Version) []Version {
	var changed []Version
	for _, v := range list {
		switch {
		case x.Kind == Resuming && v.State == Suspended:
			v.State, v.EndsOn = Published, clock.NoDate
		case x.Kind == Pausing && v.State == Published:
			v.end(Suspended, x.Day)
		case x.Kind != Resuming && x.Kind != Pausing && (v.State == Published || v.State == Suspended):
			v.end(Cancelled, x.Day)
		default:
			continue
		}
		changed = append(changed, v)
	}
	return changed
}

// saveAltered writes versions that an alteration moved, their item and its guide.
func (m *Module) saveAltered(tx *store.Tx, it *Item, changed []Version) error {
	for _, v := range changed {
		v.Revision++
		if err := store.Update(tx, "item_version", v, "centre_id", "id"); err != nil {
			return err
		}
	}
	if err := saveItem(tx, it); err != nil {
		return err
	}
	return m.showGuide(tx, it, nil)
}

// resumeJob lets an item be in force again on the day that was published.
const resumeJob = "item.resume"

// resume lets an item be in force again, whether or not somebody has begun a new version meanwhile. Where it was cancelled or held up
// anew since, or is to be resumed later, the newest alteration holds.
func (m *Module) resume(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var item string
	if err := j.Decode(&item); err != nil {
		return jobs.Done, err
	}
	it, err := lockedItem(tx, j.CentreID, item)
	if err != nil {
		return jobs.Done, err
	}
	list, err := publishedAlterations(tx, j.CentreID, item)
	if err != nil || len(list) == 0 || list[0].Kind != Resuming || list[0].Day > tx.Now().Date() {
		return jobs.Done, err
	}
	return jobs.Done, m.takeEffect(tx, &list[0], &it)
}
