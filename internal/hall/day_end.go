package hall

import (
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

// dayEnd is the kind of the job that ends a centre's day.
const dayEnd = "hall.day_end"

// dayEndBatch is how many tickets or appointments one turn of the job ends.
const dayEndBatch = 100

// RegisterJobs adds the handlers of this module.
func (m *Module) RegisterJobs(r *jobs.Runner) { r.Handle(dayEnd, m.endDay) }

// scheduleDayEnd puts the job of a centre into the queue, once.
func scheduleDayEnd(tx *store.Tx, centre string) error { return jobs.Ensure(tx, centre, dayEnd, "all") }

// endDay closes what the days before today left open (日终): tickets with accurate = false, unless their site keeps its
// queue overnight, and appointments whose holder did not come as 爽约. It works in batches and then sleeps until five
// minutes past midnight.
func (m *Module) endDay(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	today := tx.Now().Date()
	left, err := closeTickets(tx, j.CentreID, today)
	if err != nil {
		return jobs.Done, err
	}
	absent, err := markAbsent(tx, j.CentreID, today)
	if err != nil {
		return jobs.Done, err
	}
	if left+absent >= dayEndBatch {
		return jobs.Snooze(tx.Now()), nil
	}
	return jobs.Snooze((today + 1).Clock(0, 5)), nil
}

// closeTickets ends a batch of one site, whose lock it takes as a counter does.
func closeTickets(tx *store.Tx, centre string, today clock.Date) (int, error) {
	sites, err := store.Select[string](tx, `SELECT t.site_id FROM hall_ticket t JOIN hall_site h ON h.centre_id = t.centre_id AND h.site_id = t.site_id
		WHERE t.centre_id = $1 AND t.open AND t.day < $2 AND NOT h.overnight ORDER BY t.day, t.id LIMIT 1`, centre, today)
	if err != nil || len(sites) == 0 {
		return 0, err
	}
	if _, err := lockHall(tx, centre, sites[0]); err != nil {
		return 0, err
	}
	ids, err := store.Select[string](tx, "SELECT id FROM hall_ticket WHERE centre_id = $1 AND site_id = $2 AND open AND day < $3 ORDER BY id LIMIT $4", centre, sites[0], today, int64(dayEndBatch))
	if err != nil {
		return 0, err
	}
	// As at a counter: the site, then the counters, then their tickets, then the audit log.
	if _, err := store.Select[string](tx, "SELECT id FROM hall_counter WHERE centre_id = $1 AND site_id = $2 ORDER BY id"+tx.ForUpdate(), centre, sites[0]); err != nil {
		return 0, err
	}
	audit.LockOrder(ids)
	for _, id := range ids {
		if err := closeTicket(tx, centre, id); err != nil {
			return 0, err
		}
	}
	return dayEndBatch, nil // look again, for this site or the next
}

func closeTicket(tx *store.Tx, centre, id string) error {
	t, err := loadTicket(tx, centre, id)
	if err != nil || !t.State.Open() {
		return err
	}
	was := t.State
	if t.State, err = After(was, CloseDay); err != nil {
		return err
	}
	if was == Waiting {
		if err := addWaiting(tx, centre, t.QueueID, -1); err != nil {
			return err
		}
	}
	t.Open, t.Accurate, t.EndedAt, t.Version = false, false, tx.Now(), t.Version+1
	if err := record(tx, &t, CloseDay, t.CounterID, map[string]any{"was": was}); err != nil {
		return err
	}
	if err := tx.Queue("UPDATE hall_counter SET ticket_id = '' WHERE centre_id = $1 AND id = $2 AND ticket_id = $3", centre, t.CounterID, t.ID); err != nil {
		return err
	}
	return store.Update(tx, "hall_ticket", t, "centre_id", "id")
}

func markAbsent(tx *store.Tx, centre string, today clock.Date) (int, error) {
	list, err := store.Select[Appointment](tx, "SELECT "+store.Columns[Appointment]("")+` FROM hall_appointment
		WHERE centre_id = $1 AND state = 'booked' AND day < $2 ORDER BY id LIMIT $3`, centre, today, int64(dayEndBatch))
	if err != nil {
		return 0, err
	}
	for i := range list {
		if err := endBooking(tx, &list[i], BookingAbsent, "", "hall.book_absent", ""); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}
