//! The normal distribution.

use super::{Special, polynomial};

/// (1 + x)·e^(x²/2)·P(Z > x) in powers of (x − 5)/(x + 5), highest first, for x ≥ 0: Chebyshev interpolation after
/// Shepherd and Laframboise (1981), error 2e-17.
const SCALED_TAIL: [f64; 24] = [
    -3.815816262632953e-10,
    -2.8220772290629865e-10,
    4.4011596227599254e-9,
    3.627373163401201e-9,
    -3.095201755804207e-8,
    -2.6286205089898754e-8,
    1.9627809920091187e-7,
    1.27878221820937e-7,
    -1.3074486019237587e-6,
    -7.034644683537101e-8,
    9.05982468125664e-6,
    -9.896097759279782e-6,
    -5.36075811148722e-5,
    0.00018233414511643843,
    7.791597409338999e-6,
    -0.00167607234455447,
    0.006522000667783896,
    -0.015170415402514863,
    0.024536963243678652,
    -0.026401042966308307,
    0.010002352385229382,
    0.031030368425963708,
    -0.09155228183400904,
    0.46151582985003775,
];

/// A quotient of polynomials of degree 7.
type Rational = [[f64; 8]; 2];

/// Wichura's algorithm AS 241 (1988): the centre in powers of 0.425² − q², then the tails in powers of √(−ln p) less
/// 1.6 and less 5.
const CENTRE: Rational = [
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_3e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
];
const NEAR_TAIL: Rational = [
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];
const FAR_TAIL: Rational = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
];

fn quotient([numerator, denominator]: &Rational, x: f64) -> f64 {
    polynomial(x, numerator) / polynomial(x, denominator)
}

/// x² as a sum of its rounded value and the rest, exactly (Dekker 1971), for |x| < 2⁴⁰⁰.
fn square(x: f64) -> (f64, f64) {
    const SPLIT: f64 = 134_217_729.0;
    let scaled = SPLIT * x;
    let high = scaled - (scaled - x);
    let low = x - high;
    let value = x * x;
    (value, ((high * high - value) + 2.0 * high * low) + low * low)
}

impl Special {
    /// P(Z > x) for a standard normal Z: ½ erfc(x / √2).
    pub fn normal_upper_tail(&self, x: f64) -> f64 {
        if x < 0.0 {
            return 1.0 - self.normal_upper_tail(-x);
        }
        if x > 40.0 {
            return 0.0;
        }
        let (high, low) = square(x);
        // To first order in what x² rounds away.
        let density = self.exp(-0.5 * high) * (1.0 - 0.5 * low);
        density * polynomial((x - 5.0) / (x + 5.0), &SCALED_TAIL) / (1.0 + x)
    }

    /// The x with P(Z < x) = p; ±∞ at 1 and 0, NaN outside.
    pub fn normal_quantile(&self, p: f64) -> f64 {
        let q = p - 0.5;
        if q.abs() <= 0.425 {
            return q * quotient(&CENTRE, 0.180625 - q * q);
        }
        let (tail, sign) = if q < 0.0 { (p, -1.0) } else { (1.0 - p, 1.0) };
        if tail == 0.0 {
            return sign * f64::INFINITY;
        }
        let r = (-self.ln(tail)).sqrt();
        sign * if r <= 5.0 { quotient(&NEAR_TAIL, r - 1.6) } else { quotient(&FAR_TAIL, r - 5.0) }
    }
}
