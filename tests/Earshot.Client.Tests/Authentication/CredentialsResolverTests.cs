using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

public sealed class CredentialsResolverTests
{
    private static readonly Uri s_server = new("nats://127.0.0.1:4222");

    [Fact]
    public void Options_that_exclude_each_other_are_refused()
    {
        NatsAuthOpts[] contradictions =
        [
            new() { NKey = "U" },
            new() { SignatureCallback = (_, _) => default },
        ];
        Assert.All(contradictions, options => Assert.Throws<ArgumentException>(() => CredentialsResolver.Validate(options)));
    }

    [Fact]
    public async Task Of_several_kinds_of_credentials_the_first_in_the_order_of_precedence_counts()
    {
        string folder = Directory.CreateTempSubdirectory("earshot-precedence-").FullName;
        string credsFile = Path.Combine(folder, "a.creds"), seedFile = Path.Combine(folder, "a.nk");
        await File.WriteAllTextAsync(credsFile, Keys.Creds(Keys.Jwt, Keys.Seed(1)), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(seedFile, Keys.Seed(2), TestContext.Current.CancellationToken);
        var all = new NatsAuthOpts
        {
            AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromToken("asked")),
            CredsFile = credsFile,
            NKeyFile = seedFile,
            Creds = Keys.Creds(Keys.Jwt, Keys.Seed(3)),
            Seed = Keys.Seed(4),
        };
        Assert.Equal("asked", (await ResolvedAsync(all)).Token);
        all = all with { AuthCredCallback = null };
        Assert.Equal(PublicKey(1), (await ResolvedAsync(all)).Signer!.PublicKey);
        all = all with { CredsFile = null };
        Assert.Equal(PublicKey(2), (await ResolvedAsync(all)).Signer!.PublicKey);
        all = all with { NKeyFile = null };
        Assert.Equal(PublicKey(3), (await ResolvedAsync(all)).Signer!.PublicKey);
        all = all with { Creds = null };
        Assert.Equal(PublicKey(4), (await ResolvedAsync(all)).Signer!.PublicKey);
        Directory.Delete(folder, recursive: true);

        static async Task<Credentials> ResolvedAsync(NatsAuthOpts options)
        {
            CredentialsResolver.Validate(options);
            return await new CredentialsResolver(options).ResolveAsync(s_server, TestContext.Current.CancellationToken);
        }

        static string PublicKey(byte seed) => NKeySigner.Parse(Keys.Seed(seed), "").PublicKey;
    }

    [Fact]
    public void Damaged_texts_are_refused_before_anything_connects()
    {
        Assert.Throws<NatsCredentialsException>(() => new NatsConnection(new NatsOpts { AuthOpts = new NatsAuthOpts { Seed = "SUdamaged" } }));
        Assert.Throws<NatsCredentialsException>(() => CredentialsResolver.Validate(new NatsAuthOpts { Jwt = "not a jwt" }));
        Assert.Throws<NatsCredentialsException>(() => CredentialsResolver.Validate(new NatsAuthOpts { Creds = "nothing" }));
        Assert.Throws<NatsCredentialsException>(() => CredentialsResolver.Validate(new NatsAuthOpts { Seed = Keys.Seed(1), NKey = NKeySigner.Parse(Keys.Seed(2), "").PublicKey }));
    }

    [Fact]
    public async Task Every_kind_of_credential_becomes_what_CONNECT_carries()
    {
        using Credentials user = await AskedAsync(NatsAuthCred.FromUserInfo("u", "p"));
        Assert.Equal(("u", "p"), (user.User, user.Password));
        using Credentials token = await AskedAsync(NatsAuthCred.FromToken("t"));
        Assert.Equal("t", token.Token);
        using Credentials jwt = await AskedAsync(NatsAuthCred.FromJwt(Keys.Jwt, Keys.Seed()));
        Assert.Equal((Keys.Jwt, null), (jwt.Jwt, jwt.NKey));
        using Credentials nkey = await AskedAsync(NatsAuthCred.FromNkey(Keys.Seed()));
        Assert.Equal(nkey.Signer!.PublicKey, nkey.NKey);
        using Credentials creds = await AskedAsync(NatsAuthCred.FromCreds(Keys.Creds(Keys.Jwt, Keys.Seed())));
        Assert.Equal(nkey.NKey, creds.Signer!.PublicKey);
    }

    [Fact]
    public async Task Callbacks_are_called_each_time_with_their_server()
    {
        var asked = new List<Uri>();
        var resolver = new CredentialsResolver(new NatsAuthOpts
        {
            AuthCredCallback = (uri, _) =>
            {
                asked.Add(uri);
                return ValueTask.FromResult(NatsAuthCred.FromToken($"t{asked.Count}"));
            },
        });
        Assert.Equal("t1", (await resolver.ResolveAsync(s_server, TestContext.Current.CancellationToken)).Token);
        Assert.Equal("t2", (await resolver.ResolveAsync(s_server, TestContext.Current.CancellationToken)).Token);
        Assert.Equal([s_server, s_server], asked);
    }

    [Fact]
    public async Task Callbacks_that_throw_or_return_nothing_fail_with_a_reason()
    {
        var throwing = new CredentialsResolver(new NatsAuthOpts { AuthCredCallback = (_, _) => throw new InvalidOperationException("vault is sealed") });
        NatsCredentialsException thrown = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await throwing.ResolveAsync(s_server, TestContext.Current.CancellationToken));
        Assert.IsType<InvalidOperationException>(thrown.InnerException);
        NatsCredentialsException nothing = await Assert.ThrowsAsync<NatsCredentialsException>(() => AskedAsync(default));
        Assert.Contains("no credential", nothing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callbacks_that_hang_end_with_the_attempt()
    {
        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource<NatsAuthCred>();
        var resolver = new CredentialsResolver(new NatsAuthOpts { AuthCredCallback = (_, _) => new ValueTask<NatsAuthCred>(never.Task) });
        ValueTask<Credentials> resolving = resolver.ResolveAsync(s_server, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving.AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Signatures_from_elsewhere_must_have_their_size()
    {
        string publicKey = NKeySigner.Parse(Keys.Seed(), "").PublicKey;
        var options = new NatsAuthOpts { NKey = publicKey, SignatureCallback = (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[63]) };
        CredentialsResolver.Validate(options);
        using Credentials credentials = await new CredentialsResolver(options).ResolveAsync(s_server, TestContext.Current.CancellationToken);
        Assert.Equal(publicKey, credentials.NKey);
        await Assert.ThrowsAsync<NatsCredentialsException>(async () => await credentials.SignAsync("nonce", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task User_and_password_may_be_combined_with_a_key()
    {
        var options = new NatsAuthOpts { Jwt = Keys.Jwt, Seed = Keys.Seed(), Username = "u", Password = "p" };
        CredentialsResolver.Validate(options);
        using Credentials both = await new CredentialsResolver(options).ResolveAsync(s_server, TestContext.Current.CancellationToken);
        Assert.Equal(("u", "p", Keys.Jwt), (both.User, both.Password, both.Jwt));
    }

    private static async Task<Credentials> AskedAsync(NatsAuthCred cred) =>
        await new CredentialsResolver(new NatsAuthOpts { AuthCredCallback = (_, _) => ValueTask.FromResult(cred) }).ResolveAsync(s_server, TestContext.Current.CancellationToken);
}
