package demo

import "yichuang/internal/metric"

// publishFigures freezes and publishes the figures of the hall for the month before the present one, as the information
// section does in the first days of a month.
func (s *stage) publishFigures() error {
	_, err := s.app.HallMetric.Publish(s.system, metric.Month(s.now.Date()).Previous(), "")
	return err
}
