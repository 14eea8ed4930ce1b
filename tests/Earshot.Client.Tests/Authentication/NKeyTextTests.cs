using System.Text;
using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

/// <summary>The text form of keys, against an encoder of its own: what is damaged is refused with the reason that fits.</summary>
public sealed class NKeyTextTests
{
    private const int SeedPrefix = 18 << 3;

    // The example of the NATS documentation.
    private const string KnownSeed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    private const string KnownUser = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    public static TheoryData<int> Kinds => [.. Enum.GetValues<NKeyKind>().Cast<int>()];

    [Fact]
    public void The_documented_seed_belongs_to_the_documented_user()
    {
        using var signer = NKeySigner.Parse(KnownSeed, "test");
        Assert.Equal(KnownUser, signer.PublicKey);
        byte[] key = new byte[NKeyCodec.KeySize];
        Assert.True(NKeyCodec.TryDecodePublic(Encoding.ASCII.GetBytes(KnownUser), key, out NKeyKind kind, out string? reason), reason);
        Assert.Equal(NKeyKind.User, kind);
        Assert.Equal(KnownUser, NKeyCodec.EncodePublic(kind, key));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Texts_of_every_kind_are_those_of_the_format_and_are_read_back(int kind)
    {
        byte[] key = [.. Enumerable.Range(0, NKeyCodec.KeySize).Select(i => (byte)(i * 37 + kind))];
        string seed = NKeyCodec.EncodeSeed((NKeyKind)kind, key), publicKey = NKeyCodec.EncodePublic((NKeyKind)kind, key);
        Assert.Equal(Text([(byte)(SeedPrefix | (kind >> 5)), (byte)((kind & 31) << 3), .. key]), seed);
        Assert.Equal(Text([(byte)kind, .. key]), publicKey);

        byte[] back = new byte[NKeyCodec.KeySize];
        Assert.True(NKeyCodec.TryDecodeSeed(Encoding.ASCII.GetBytes(seed), back, out NKeyKind ofSeed, out string? reason), reason);
        Assert.Equal((NKeyKind)kind, ofSeed);
        Assert.Equal(key, back);
        back.AsSpan().Clear();
        Assert.True(NKeyCodec.TryDecodePublic(Encoding.ASCII.GetBytes(publicKey), back, out NKeyKind ofPublic, out reason), reason);
        Assert.Equal((NKeyKind)kind, ofPublic);
        Assert.Equal(key, back);
    }

    [Fact]
    public void Seeds_whose_prefix_is_another_are_refused_although_their_checksum_is_right()
    {
        byte[] key = new byte[NKeyCodec.KeySize];
        Assert.Equal("a seed starts with S", SeedRefusal(Text([0x98, 0xA0, .. key])));
        Assert.Equal("a seed starts with S", SeedRefusal(Text([0x10, 0xA0, .. key])));
        Assert.Equal("the prefix does not identify a known key type", SeedRefusal(Text([SeedPrefix, 0x08, .. key])));
        Assert.Equal("the prefix does not identify a known key type", SeedRefusal(Text([SeedPrefix | 5, 0x01, .. key]))); // a user, and bits that belong to nothing
    }

    [Fact]
    public void Damaged_texts_are_refused_with_what_is_wrong_with_them()
    {
        string seed = Keys.Seed();
        Assert.Equal("a seed has 58 characters", SeedRefusal(seed[..57]));
        Assert.Equal("a seed has 58 characters", SeedRefusal(seed + "A"));
        foreach (char letter in "018a[@ \0")
        {
            Assert.Equal("it contains a character that is not base 32 (upper case letters and 2 to 7)", SeedRefusal(seed[..30] + letter + seed[31..]));
        }

        Assert.Equal("its checksum is wrong: the text is damaged or truncated", SeedRefusal(seed[..30] + (seed[30] == 'A' ? 'B' : 'A') + seed[31..]));
        Assert.Equal("it has trailing bits", SeedRefusal(seed[..57] + (char)(seed[57] + 1))); // two bits of the last letter are unused
    }

    [Fact]
    public void Damaged_public_keys_are_refused_with_what_is_wrong_with_them()
    {
        Assert.Equal("a public key has 56 characters", PublicRefusal(KnownUser[..55]));
        Assert.Equal("a public key has 56 characters", PublicRefusal(KnownSeed));
        Assert.Equal("its checksum is wrong: the text is damaged or truncated", PublicRefusal(KnownUser[..40] + "A" + KnownUser[41..]));
        Assert.Equal("the prefix does not identify a known key type", PublicRefusal(Text([0x08, .. new byte[NKeyCodec.KeySize]])));
    }

    [Fact]
    public void Seeds_in_options_may_have_blanks_around_them()
    {
        using var plain = NKeySigner.Parse(Keys.Seed(), "test");
        using var padded = NKeySigner.Parse($" \t{Keys.Seed()}\r\n", "test");
        Assert.Equal(plain.PublicKey, padded.PublicKey);
    }

    private static string? SeedRefusal(string text)
    {
        Assert.False(NKeyCodec.TryDecodeSeed(Encoding.ASCII.GetBytes(text), new byte[NKeyCodec.KeySize], out _, out string? reason));
        return reason;
    }

    private static string? PublicRefusal(string text)
    {
        Assert.False(NKeyCodec.TryDecodePublic(Encoding.ASCII.GetBytes(text), new byte[NKeyCodec.KeySize], out _, out string? reason));
        return reason;
    }

    /// <summary>Base 32 of the bytes and their CRC-16/XMODEM, least significant byte first, bit by bit.</summary>
    private static string Text(byte[] bytes)
    {
        int crc = 0;
        foreach (bool bit in bytes.SelectMany(Bits))
        {
            bool isSet = (crc & 0x8000) != 0;
            crc = (crc << 1) & 0xFFFF;
            crc ^= isSet != bit ? 0x1021 : 0;
        }

        IEnumerable<bool> all = bytes.Append((byte)crc).Append((byte)(crc >> 8)).SelectMany(Bits);
        return string.Concat(all.Chunk(5).Select(five => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Enumerable.Range(0, five.Length).Sum(i => five[i] ? 16 >> i : 0)]));
    }

    private static IEnumerable<bool> Bits(byte value) => Enumerable.Range(0, 8).Select(i => (value & (128 >> i)) != 0);
}
