using System.Text;
using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

/// <summary>What counts as a JWT, a seed and a section, and the sizes at which a text is refused.</summary>
public sealed class CredsTextTests
{
    private const int Limit = 64 * 1024;
    private const string Malformed = "the JWT is not three base64url parts with dots between them";

    [Theory]
    [InlineData("a.b.c")]
    [InlineData(" a-_=.b.c\r\n")]
    [InlineData(Keys.Jwt)]
    public void JWTs_are_three_parts_of_base64url(string text) => Assert.Equal(text.Trim(), CredsText.Jwt(text, "test"));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData(".b.c")]
    [InlineData("a..c")]
    [InlineData("a.b.")]
    [InlineData("a.b+.c")]
    [InlineData("+a.b.c")]
    [InlineData("a.b/.c")]
    [InlineData("a.b c.d")]
    [InlineData("a.b\"c.d")]
    public void Anything_else_is_no_JWT(string text) => Assert.Equal(Malformed, Refused(() => CredsText.Jwt(text, "test")));

    [Fact]
    public void JWTs_up_to_64_KiB_are_accepted()
    {
        string longest = "a.b." + new string('c', Limit - 4);
        Assert.Equal(longest, CredsText.Jwt(longest, "test"));
        Assert.Equal("the JWT is larger than 64 KiB", Refused(() => CredsText.Jwt(longest + "c", "test")));
    }

    [Fact]
    public void Texts_up_to_64_KiB_are_read_whatever_their_origin()
    {
        byte[] text = Encoding.ASCII.GetBytes(Keys.Creds(Keys.Jwt, Keys.Seed()));
        byte[] longest = [.. text, .. Enumerable.Repeat((byte)' ', Limit - text.Length)];
        (string jwt, NKeySigner signer) = CredsText.ReadCreds(longest, "test");
        signer.Dispose();
        Assert.Equal(Keys.Jwt, jwt);
        Assert.Equal("it is larger than 64 KiB", Refused(() => CredsText.ReadCreds([.. longest, (byte)' '], "test")));
        Assert.Equal("it is larger than 64 KiB", Refused(() => CredsText.ReadSeed(new byte[Limit + 1], "test")));
        Assert.Equal("it is empty", Refused(() => CredsText.ReadSeed([0xEF, 0xBB, 0xBF], "test"))); // a byte order mark and nothing else
    }

    [Fact]
    public void The_missing_section_is_named()
    {
        Assert.Equal("the user JWT section is missing", Refused(() => Creds("", Keys.Seed())));
        Assert.Equal("the nkey seed section is missing", Refused(() => Creds(Keys.Jwt, "")));
        Assert.Equal("the section 'SEED' has more than one line or occurs twice", Refused(() => Creds(Keys.Jwt, Keys.Seed() + "\n" + Keys.Seed())));
        Assert.Equal("the section 'JWT' has more than one line or occurs twice", Refused(() => Creds(Keys.Jwt + "\nx", Keys.Seed())));
    }

    [Fact]
    public void A_section_begins_only_with_a_line_of_dashes_that_has_its_name()
    {
        string seed = Keys.Seed();
        string noBegin = Keys.Creds(Keys.Jwt, seed).Replace("BEGIN", "START", StringComparison.Ordinal);
        Assert.Equal("the user JWT section is missing", Refused(() => CredsText.ReadCreds(Encoding.ASCII.GetBytes(noBegin), "test")));
        using NKeySigner alone = CredsText.ReadSeed(Encoding.ASCII.GetBytes($"BEGIN SEED\n{seed}\n"), "test"); // no dashes: a line of text
        using var expected = NKeySigner.Parse(seed, "test");
        Assert.Equal(expected.PublicKey, alone.PublicKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no seed")]
    [InlineData("UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4")]
    [InlineData("SUAAA")] // too short to be a damaged seed
    [InlineData("SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // 39 letters
    [InlineData("SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // 71 letters
    public void Texts_without_a_line_that_looks_like_a_seed_hold_none(string text) =>
        Assert.Equal("there is no nkey seed", Refused(() => CredsText.ReadSeed(Encoding.ASCII.GetBytes(text + "\n\n"), "test")));

    [Theory]
    [InlineData(40)]
    [InlineData(70)]
    public void A_line_that_looks_like_a_seed_is_judged_as_one(int length) =>
        Assert.Equal("the nkey seed is not valid: a seed has 58 characters", Refused(() => CredsText.ReadSeed(Encoding.ASCII.GetBytes("S" + new string('A', length - 1)), "test")));

    [Fact]
    public void Other_lines_of_an_nkey_file_are_ignored()
    {
        using var expected = NKeySigner.Parse(Keys.Seed(), "test");
        using NKeySigner found = CredsText.ReadSeed(Encoding.ASCII.GetBytes($"# user\nU{new string('A', 55)}\n{Keys.Seed()}\nS\n"), "test");
        Assert.Equal(expected.PublicKey, found.PublicKey);
        Assert.Equal("there is more than one nkey seed", Refused(() => CredsText.ReadSeed(Encoding.ASCII.GetBytes($"{Keys.Seed()}\n{Keys.Seed()}"), "test")));
    }

    private static void Creds(string jwt, string seed) => CredsText.ReadCreds(Encoding.ASCII.GetBytes(Keys.Creds(jwt, seed)), "test").Signer.Dispose();

    private static string Refused(Action read)
    {
        NatsCredentialsException refused = Assert.Throws<NatsCredentialsException>(read);
        Assert.Equal("test", refused.Path);
        return refused.Reason;
    }
}
