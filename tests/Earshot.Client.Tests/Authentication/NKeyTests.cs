using System.Buffers.Text;
using System.Text;
using CsCheck;
using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

public sealed class NKeyTests
{
    // RFC 8032, section 7.1, tests 1 to 3: private key, message, signature.
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Signatures_are_those_of_RFC_8032(string key, string publicKey, string message, string signature)
    {
        using var signer = NKeySigner.FromKey(Convert.FromHexString(key), NKeyKind.User);
        Assert.Equal(signature, Convert.ToHexStringLower(signer.Sign(Convert.FromHexString(message))));
        Assert.Equal(NKeyCodec.EncodePublic(NKeyKind.User, Convert.FromHexString(publicKey)), signer.PublicKey);

        using var fromText = NKeySigner.Parse(NKeyCodec.EncodeSeed(NKeyKind.User, Convert.FromHexString(key)), "test");
        Assert.Equal(signer.PublicKey, fromText.PublicKey);
    }

    [Fact]
    public void Text_starts_with_the_letters_of_its_kind()
    {
        byte[] key = new byte[32];
        Assert.StartsWith("SU", NKeyCodec.EncodeSeed(NKeyKind.User, key), StringComparison.Ordinal);
        Assert.StartsWith("SA", NKeyCodec.EncodeSeed(NKeyKind.Account, key), StringComparison.Ordinal);
        Assert.StartsWith("SO", NKeyCodec.EncodeSeed(NKeyKind.Operator, key), StringComparison.Ordinal);
        Assert.StartsWith("U", NKeyCodec.EncodePublic(NKeyKind.User, key), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_seed_round_trips_through_its_text() => Gen.Byte.Array[32].Sample(key =>
    {
        byte[] back = new byte[32];
        bool isRead = NKeyCodec.TryDecodeSeed(Encoding.ASCII.GetBytes(NKeyCodec.EncodeSeed(NKeyKind.User, key)), back, out NKeyKind kind, out _);
        return isRead && kind == NKeyKind.User && back.AsSpan().SequenceEqual(key);
    });

    [Fact]
    public void Every_changed_letter_is_found()
    {
        string seed = Keys.Seed();
        for (int i = 0; i < seed.Length; i++)
        {
            char[] letters = seed.ToCharArray();
            letters[i] = letters[i] == 'A' ? 'B' : 'A';
            Refused(new string(letters));
        }
    }

    [Fact]
    public void Seeds_cut_or_lengthened_or_in_lower_case_are_refused()
    {
        string seed = Keys.Seed();
        for (int length = 0; length < seed.Length; length++)
        {
            Refused(seed[..length]);
        }

        Refused(seed + "A");
        Refused(seed.ToLowerInvariant());
        Refused("0" + seed[1..]);
        Refused("é" + seed[1..]);
        Refused(new string('S', 100_000));
    }

    [Theory]
    [InlineData((int)NKeyKind.Account)]
    [InlineData((int)NKeyKind.Operator)]
    [InlineData((int)NKeyKind.Server)]
    [InlineData((int)NKeyKind.Cluster)]
    [InlineData((int)NKeyKind.Curve)]
    public void Seeds_of_others_than_users_are_refused(int kind) =>
        Refused(NKeyCodec.EncodeSeed((NKeyKind)kind, new byte[32]));

    [Fact]
    public void Public_keys_are_no_seeds() => Refused(NKeyCodec.EncodePublic(NKeyKind.User, new byte[32]));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task Only_short_nonces_are_signed(int length, bool isSigned)
    {
        using var credentials = new Credentials(null, null, null) { Signer = NKeySigner.Parse(Keys.Seed(), "test") };
        if (isSigned)
        {
            Assert.Equal(64, Base64Url.DecodeFromChars(await credentials.SignAsync(new string('n', length), TestContext.Current.CancellationToken)).Length);
        }
        else
        {
            await Assert.ThrowsAsync<NatsProtocolViolationException>(async () => await credentials.SignAsync(new string('n', length), TestContext.Current.CancellationToken));
        }

        await Assert.ThrowsAsync<NatsProtocolViolationException>(async () => await credentials.SignAsync("nöt ascii", TestContext.Current.CancellationToken));
        Assert.Null(await credentials.SignAsync(null, TestContext.Current.CancellationToken));
    }

    private static void Refused(string seed)
    {
        NatsCredentialsException refused = Assert.Throws<NatsCredentialsException>(() => NKeySigner.Parse(seed, "NatsAuthOpts.Seed"));
        Assert.Contains("NatsAuthOpts.Seed", refused.Message, StringComparison.Ordinal);
        if (seed.Length > 8)
        {
            Assert.DoesNotContain(seed[..8], refused.ToString(), StringComparison.Ordinal);
        }
    }
}
