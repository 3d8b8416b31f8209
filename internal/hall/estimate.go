package hall

import (
	"fmt"

	"yichuang/internal/store"
)

// Estimate (等候估计) is about how long a ticket will wait still; Known is false while no counter works its queue.
type Estimate struct {
	Known   bool  `json:"known"`
	Minutes int64 `json:"minutes"`
}

// Guess estimates from how many are ahead, how long a service takes of late and how many counters work the queue. It
// rounds up to five minutes: nobody is called when the clock says, and a promise of 13 minutes would be one.
func Guess(ahead, paceMs, counters int64) Estimate {
	if counters <= 0 {
		return Estimate{}
	}
	minutes := (ahead*paceMs/counters + 59_999) / 60_000
	return Estimate{Known: true, Minutes: (minutes + 4) / 5 * 5}
}

// Text words the estimate.
func (e Estimate) Text() string {
	switch {
	case !e.Known:
		return "窗口尚未开始叫号"
	case e.Minutes == 0:
		return "即将叫到"
	}
	return fmt.Sprintf("约 %d 分钟", e.Minutes)
}

const estimateQuery = `SELECT COUNT(*) FROM hall_counter_queue q JOIN hall_counter c ON c.centre_id = q.centre_id AND c.id = q.counter_id
		WHERE q.centre_id = $1 AND q.queue_id = $2 AND c.state = 'open' AND c.active`

// estimate is Guess for a queue as it stands.
func estimate(tx *store.Tx, q *Queue, ahead int64) (Estimate, error) {
	n, err := store.Get[int64](tx, estimateQuery, q.CentreID, q.ID)
	return Guess(ahead, q.PaceMs, n), err
}

// pace follows how long services take: an eighth of each new one enters the mean. A service cut short within five seconds
// is a slip of the hand and one above four hours was forgotten; neither counts.
func pace(was, served int64) int64 {
	if served < 5_000 || served > 4*3_600_000 {
		return was
	}
	return (was*7 + served) / 8
}
