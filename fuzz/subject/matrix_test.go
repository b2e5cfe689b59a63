package subject

import "testing"

// TestOperations checks that the operations of the matrix have programs: of one in 64.
func TestOperations(t *testing.T) {
	operations := Operations()
	if len(operations) < 3000 {
		t.Errorf("%d operations", len(operations))
	}
	for i := 0; i < len(operations); i += 64 {
		if _, err := operations[i].Case(); err != nil {
			t.Errorf("%s: %v", operations[i], err)
		}
	}
}
