using System.Security.Cryptography;

namespace Earshot;

/// <summary>
/// Generates NUIDs: unique identifiers for inboxes, message ids and similar uses. Thread-safe. Not suitable as secrets, because the
/// next identifier can be guessed.
/// </summary>
public static class Nuid
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int PrefixLength = 12;
    private const int Length = 22;
    private const int MinIncrement = 33;
    private const int MaxIncrement = 333;

    // 62 to the power of 10, the number of values the sequential part can have.
    private const long MaxSequence = 839_299_365_868_340_224;

    // One generator per thread: no lock, and the random prefix keeps two threads apart.
    [ThreadStatic]
    private static Generator? s_generator;

    /// <summary>Returns a new unique identifier.</summary>
    /// <returns>A text of 22 characters, each a digit or an ASCII letter.</returns>
    public static string NewNuid() => (s_generator ??= new Generator()).Next();

    private sealed class Generator
    {
        private readonly char[] _prefix = new char[PrefixLength];
        private long _sequence;
        private int _increment;

        public Generator() => Renew();

        public string Next()
        {
            _sequence += _increment;
            if (_sequence >= MaxSequence)
            {
                Renew();
            }

            return string.Create(Length, this, static (text, generator) =>
            {
                generator._prefix.CopyTo(text);
                long rest = generator._sequence;
                for (int i = Length - 1; i >= PrefixLength; i--)
                {
                    (rest, long digit) = Math.DivRem(rest, Digits.Length);
                    text[i] = Digits[(int)digit];
                }
            });
        }

        private void Renew()
        {
            RandomNumberGenerator.GetItems<char>(Digits, _prefix);
            Span<byte> random = stackalloc byte[sizeof(ulong)];
            RandomNumberGenerator.Fill(random);
            _sequence = (long)(BitConverter.ToUInt64(random) % MaxSequence);
            _increment = RandomNumberGenerator.GetInt32(MinIncrement, MaxIncrement);
        }
    }
}
