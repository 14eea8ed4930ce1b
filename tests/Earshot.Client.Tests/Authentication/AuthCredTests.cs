using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

/// <summary>Credentials of a callback and of options: equality, what is printed, what is refused, and where each comes from.</summary>
public sealed class AuthCredTests
{
    private static readonly Uri s_server = new("nats://127.0.0.1:4222");

    [Fact]
    public void Credentials_are_equal_when_kind_and_contents_are()
    {
        NatsAuthCred[] all =
        [
            default, NatsAuthCred.FromToken("a"), NatsAuthCred.FromToken("b"), NatsAuthCred.FromNkey("a"), NatsAuthCred.FromCreds("a"),
            NatsAuthCred.FromUserInfo("a", "b"), NatsAuthCred.FromUserInfo("a", "c"), NatsAuthCred.FromUserInfo("b", "b"), NatsAuthCred.FromJwt("a", "b"),
            NatsAuthCred.FromCredsFile("a"), NatsAuthCred.FromNkeyFile("a"),
        ];
        for (int i = 0; i < all.Length; i++)
        {
            for (int j = 0; j < all.Length; j++)
            {
                Assert.Equal(i == j, all[i] == all[j]);
                Assert.Equal(i != j, all[i] != all[j]);
                Assert.Equal(i == j, all[i].Equals((object)all[j]));
            }
        }

        Assert.Equal(NatsAuthCred.FromUserInfo("a", "b").GetHashCode(), NatsAuthCred.FromUserInfo("a", "b").GetHashCode());
        Assert.False(NatsAuthCred.FromToken("a").Equals("a"));
        Assert.False(NatsAuthCred.FromToken("a").Equals(null));
    }

    [Fact]
    public void Credentials_print_their_kind_only()
    {
        Assert.Equal("NatsAuthCred { UserInfo }", NatsAuthCred.FromUserInfo("hunter1", "hunter2").ToString());
        Assert.Equal("NatsAuthCred { Jwt }", NatsAuthCred.FromJwt("hunter1", "hunter2").ToString());
        Assert.Throws<ArgumentNullException>(() => NatsAuthCred.FromToken(null!));
    }

    [Fact]
    public async Task Files_that_a_callback_names_are_read()
    {
        string folder = Directory.CreateTempSubdirectory("earshot-cred-").FullName;
        try
        {
            string creds = Path.Combine(folder, "a.creds"), seed = Path.Combine(folder, "a.nk");
            await File.WriteAllTextAsync(creds, Keys.Creds(Keys.Jwt, Keys.Seed(1)), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(seed, Keys.Seed(2), TestContext.Current.CancellationToken);
            using NKeySigner first = NKeySigner.Parse(Keys.Seed(1), ""), second = NKeySigner.Parse(Keys.Seed(2), "");
            using Credentials ofCreds = await AskedAsync(NatsAuthCred.FromCredsFile(creds));
            Assert.Equal((Keys.Jwt, first.PublicKey, null), (ofCreds.Jwt, ofCreds.Signer!.PublicKey, ofCreds.NKey));
            using Credentials ofSeed = await AskedAsync(NatsAuthCred.FromNkeyFile(seed));
            Assert.Equal((null, second.PublicKey), (ofSeed.Jwt, ofSeed.NKey));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_JWT_without_a_seed_is_sent_without_a_signature()
    {
        using Credentials bearer = await AskedAsync(NatsAuthCred.FromJwt(Keys.Jwt, ""));
        Assert.Equal(Keys.Jwt, bearer.Jwt);
        using Credentials signing = await AskedAsync(NatsAuthCred.FromJwt(Keys.Jwt, Keys.Seed()));
        Assert.NotNull(signing.Signer);
        Assert.Null(await bearer.SignAsync("nonce", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Credentials_of_a_callback_end_with_their_JWT_and_those_of_texts_do_not()
    {
        const string Expiring = "e30.eyJleHAiOjE3NjcyMjU2MDB9.c2ln"; // {"exp":1767225600}
        using Credentials asked = await AskedAsync(NatsAuthCred.FromJwt(Expiring, Keys.Seed()));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), asked.ExpiresAt);
        Assert.Equal("AuthCredCallback", asked.Origin);
        using Credentials text = await ResolvedAsync(new NatsAuthOpts { Jwt = Expiring, Seed = Keys.Seed() });
        Assert.Null(text.ExpiresAt);
        Assert.Equal("NatsAuthOpts", text.Origin);
        using Credentials token = await AskedAsync(NatsAuthCred.FromToken("t"));
        Assert.Null(token.ExpiresAt);
    }

    [Fact]
    public async Task What_a_callback_leaves_open_comes_from_the_options()
    {
        var options = new NatsAuthOpts { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkey(Keys.Seed())), Username = "u", Password = "p", Token = "t" };
        using Credentials filled = await ResolvedAsync(options);
        Assert.Equal(("u", "p", "t"), (filled.User, filled.Password, filled.Token));
        using Credentials own = await ResolvedAsync(options with { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromUserInfo("a", "b")) });
        Assert.Equal(("a", "b", "t"), (own.User, own.Password, own.Token));
        using Credentials token = await ResolvedAsync(options with { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromToken("own")) });
        Assert.Equal(("u", "p", "own"), (token.User, token.Password, token.Token));
    }

    [Fact]
    public async Task Options_without_anything_are_anonymous()
    {
        Assert.Same(Credentials.Anonymous, await ResolvedAsync(NatsAuthOpts.Default));
        using Credentials user = await ResolvedAsync(new NatsAuthOpts { Username = "u" });
        Assert.Equal(("u", null, null), (user.User, user.Password, user.Jwt));
    }

    [Fact]
    public async Task A_public_key_with_blanks_around_it_is_sent_without_them()
    {
        using var signer = NKeySigner.Parse(Keys.Seed(), "");
        var options = new NatsAuthOpts { NKey = $" {signer.PublicKey}\n", SignatureCallback = (nonce, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(signer.Sign(nonce.Span)) };
        CredentialsResolver.Validate(options);
        using Credentials credentials = await ResolvedAsync(options);
        Assert.Equal(signer.PublicKey, credentials.NKey);
        using var local = new Credentials(null, null, null) { Signer = NKeySigner.Parse(Keys.Seed(), "") };
        Assert.Equal(await local.SignAsync("nonce", TestContext.Current.CancellationToken), await credentials.SignAsync("nonce", TestContext.Current.CancellationToken));
        CredentialsResolver.Validate(new NatsAuthOpts { NKey = signer.PublicKey, Seed = Keys.Seed() });
    }

    [Fact]
    public void Public_keys_that_are_none_are_refused()
    {
        string publicKey = NKeyCodec.EncodePublic(NKeyKind.User, new byte[32]);
        Assert.Contains("the public nkey is not valid: a public key has 56 characters", Refused(new NatsAuthOpts { NKey = publicKey[1..], Seed = Keys.Seed() }).Reason, StringComparison.Ordinal);
        NatsAuthOpts account = new() { NKey = NKeyCodec.EncodePublic(NKeyKind.Account, new byte[32]), Seed = Keys.Seed() };
        Assert.Equal("the public nkey is that of a Account, and only users (U...) can connect", Refused(account).Reason);
        Assert.Equal("the public nkey does not belong to the seed", Refused(new NatsAuthOpts { NKey = publicKey, Seed = Keys.Seed() }).Reason);
        Assert.Equal("NKey", Refused(account).Path);

        static NatsCredentialsException Refused(NatsAuthOpts options) => Assert.Throws<NatsCredentialsException>(() => CredentialsResolver.Validate(options));
    }

    [Fact]
    public void Options_that_cannot_sign_are_refused()
    {
        string publicKey = NKeyCodec.EncodePublic(NKeyKind.User, new byte[32]);
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> sign = (_, _) => default;
        Assert.Contains("Seed or SignatureCallback", Refused(new NatsAuthOpts { NKey = publicKey }), StringComparison.Ordinal);
        Assert.Contains("needs NKey or Jwt", Refused(new NatsAuthOpts { SignatureCallback = sign }), StringComparison.Ordinal);
        Assert.Contains("no Seed", Refused(new NatsAuthOpts { SignatureCallback = sign, Jwt = Keys.Jwt, Seed = Keys.Seed() }), StringComparison.Ordinal);
        Assert.Contains("no Seed", Refused(new NatsAuthOpts { SignatureCallback = sign, NKey = publicKey, Seed = Keys.Seed() }), StringComparison.Ordinal);
        CredentialsResolver.Validate(new NatsAuthOpts { SignatureCallback = sign, Jwt = Keys.Jwt });
        CredentialsResolver.Validate(new NatsAuthOpts { SignatureCallback = sign, NKey = publicKey });
        Assert.Contains("must not be negative", Refused(new NatsAuthOpts { RenewBeforeExpiry = TimeSpan.FromTicks(-1) }), StringComparison.Ordinal);
        CredentialsResolver.Validate(new NatsAuthOpts { RenewBeforeExpiry = TimeSpan.Zero });

        static string Refused(NatsAuthOpts options) => Assert.ThrowsAny<ArgumentException>(() => CredentialsResolver.Validate(options)).Message;
    }

    [Fact]
    public void The_fixed_JWT_is_that_of_the_texts()
    {
        Assert.Null(CredentialsResolver.FixedJwt(new NatsAuthOpts { CredsFile = "a.creds", Token = "t" }));
        Assert.Equal(Keys.Jwt, CredentialsResolver.FixedJwt(new NatsAuthOpts { Jwt = $" {Keys.Jwt} " }));
        Assert.Equal(Keys.Jwt, CredentialsResolver.FixedJwt(new NatsAuthOpts { Creds = Keys.Creds(Keys.Jwt, Keys.Seed()), Jwt = "a.b.c" }));
    }

    [Fact]
    public void Options_may_change_by_themselves_when_they_name_files_or_callbacks()
    {
        Assert.False(new NatsAuthOpts { Username = "u", Password = "p", Token = "t", Jwt = Keys.Jwt, Seed = Keys.Seed(), Creds = "c", CredsFile = "", NKeyFile = "" }.IsDynamic);
        NatsAuthOpts[] dynamic =
        [
            new() { CredsFile = "f" }, new() { NKeyFile = "f" }, new() { IsFromContext = true }, new() { AuthCredCallback = (_, _) => default }, new() { SignatureCallback = (_, _) => default },
        ];
        Assert.All(dynamic, options => Assert.True(options.IsDynamic));
    }

    [Fact]
    public void Each_option_alone_makes_the_options_not_anonymous()
    {
        NatsAuthOpts[] set =
        [
            new() { Username = "x" }, new() { Password = "x" }, new() { Token = "x" }, new() { Jwt = "x" }, new() { NKey = "x" }, new() { Seed = "x" }, new() { Creds = "x" },
            new() { CredsFile = "x" }, new() { NKeyFile = "x" }, new() { AuthCredCallback = (_, _) => default }, new() { SignatureCallback = (_, _) => default },
        ];
        Assert.All(set, options => Assert.False(options.IsAnonymous));
        Assert.All(set, options => Assert.Contains(" = ***", options.ToString(), StringComparison.Ordinal));
        Assert.True(NatsAuthOpts.Default.IsAnonymous);
    }

    [Fact]
    public void The_time_of_renewal_is_printed_when_it_is_not_the_default()
    {
        Assert.DoesNotContain("RenewBeforeExpiry", NatsAuthOpts.Default.ToString(), StringComparison.Ordinal);
        Assert.Contains("RenewBeforeExpiry = 00:00:05", new NatsAuthOpts { RenewBeforeExpiry = TimeSpan.FromSeconds(5) }.ToString(), StringComparison.Ordinal);
    }

    private static async Task<Credentials> AskedAsync(NatsAuthCred cred) => await ResolvedAsync(new NatsAuthOpts { AuthCredCallback = (_, _) => ValueTask.FromResult(cred) });

    private static async Task<Credentials> ResolvedAsync(NatsAuthOpts options) => await new CredentialsResolver(options).ResolveAsync(s_server, TestContext.Current.CancellationToken);
}
