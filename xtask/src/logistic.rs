//! Logistic regression by Newton's method, the same to the last bit each time.

/// One weighted example: which traits it has, and how much of each.
pub(crate) struct Row {
    pub(crate) traits: Vec<(u16, f64)>,
    pub(crate) positive: bool,
    pub(crate) weight: f64,
}

/// The weights that maximise the likelihood of `rows` less `ridge` times half the square of each
/// weight but the first, which is the prior. `start` is where to begin.
pub(crate) fn fit(rows: &[Row], start: Vec<f64>, ridge: f64) -> Vec<f64> {
    let size = start.len();
    let mut weights = start;
    for _ in 0..30 {
        let mut gradient = vec![0.0; size];
        let mut hessian = vec![0.0; size * size];
        for row in rows {
            let sum: f64 = row
                .traits
                .iter()
                .map(|&(at, by)| weights[usize::from(at)] * by)
                .sum();
            let share = 1.0 / (1.0 + (-sum).exp());
            let error = (f64::from(u8::from(row.positive)) - share) * row.weight;
            let curve = (share * (1.0 - share)).max(1e-9) * row.weight;
            for &(a, by_a) in &row.traits {
                gradient[usize::from(a)] += error * by_a;
                for &(b, by_b) in &row.traits {
                    hessian[usize::from(a) * size + usize::from(b)] += curve * by_a * by_b;
                }
            }
        }
        for at in 0..size {
            let pull = if at == 0 { 1e-6 } else { ridge };
            gradient[at] -= pull * weights[at];
            hessian[at * size + at] += pull;
        }
        let step = solve(hessian, gradient);
        let mut largest: f64 = 0.0;
        for (weight, by) in weights.iter_mut().zip(step) {
            *weight += by.clamp(-2.0, 2.0);
            largest = largest.max(by.abs());
        }
        if largest < 1e-6 {
            break;
        }
    }
    weights
}

/// Solves a symmetric positive definite system by Cholesky's method.
fn solve(mut a: Vec<f64>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum();
            let value = a[i * n + j] - dot;
            a[i * n + j] = if i == j {
                value.max(1e-12).sqrt()
            } else {
                value / a[j * n + j]
            };
        }
    }
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| a[i * n + k] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i * n + i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| a[k * n + i] * b[k]).sum();
        b[i] = (b[i] - dot) / a[i * n + i];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_odds_of_a_table_come_out() {
        // 3 of 4 with the trait are positive, 1 of 4 without.
        let rows: Vec<Row> = [(true, 3), (false, 1)]
            .into_iter()
            .flat_map(|(with, positives)| {
                (0..4).map(move |at| Row {
                    traits: if with {
                        vec![(0, 1.0), (1, 1.0)]
                    } else {
                        vec![(0, 1.0)]
                    },
                    positive: at < positives,
                    weight: 1.0,
                })
            })
            .collect();
        let weights = fit(&rows, vec![0.0, 0.0], 1e-9);
        assert!((weights[0] + 3f64.ln()).abs() < 1e-4, "{weights:?}");
        assert!((weights[1] - 2.0 * 3f64.ln()).abs() < 1e-4, "{weights:?}");
    }
}
