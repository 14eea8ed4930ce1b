using System.Text;
using Earshot.Authentication;
using Earshot.RealServer;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class AuthenticationModeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-auth-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Users_are_accepted_by_options_or_url_and_others_are_rejected()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("authorization { users: [ { user: ann, password: \"c4n4ry@1,2\" } ] }");
        await Connections.GetsInAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "ann", Password = "c4n4ry@1,2" } });
        await Connections.GetsInAsync(new NatsOpts { Url = $"nats://ann:c4n4ry%401%2C2@127.0.0.1:{server.Port}" });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "ann", Password = "wrong" } });
        Assert.Equal(NatsConnectPhase.Authentication, refused.Phase);
        Assert.True(Assert.IsType<NatsServerException>(refused.Exception).IsAuthError);
    }

    [Fact]
    public async Task Tokens_get_in_by_options_or_url()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("authorization { token: c4n4ry }");
        await Connections.GetsInAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Token = "c4n4ry" } });
        await Connections.GetsInAsync(new NatsOpts { Url = $"nats://c4n4ry@127.0.0.1:{server.Port}" });
        await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url });
    }

    [Fact]
    public async Task Nkeys_get_in_by_text_file_callback_and_a_signature_made_elsewhere()
    {
        using NKeySigner key = JwtIssuer.NewKey(NKeyKind.User, out string seed);
        string file = Path.Combine(_folder, "user.nk");
        await File.WriteAllTextAsync(file, seed + "\n", Connections.Cancelled);
        await using NatsServerProcess server = await Connections.ServerAsync($"authorization {{ users: [ {{ nkey: {key.PublicKey} }} ] }}");
        NatsAuthOpts[] ways =
        [
            new() { Seed = seed },
            new() { Seed = seed, NKey = key.PublicKey },
            new() { NKeyFile = file },
            new() { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkey(seed)) },
            new() { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromNkeyFile(file)) },
            new() { NKey = key.PublicKey, SignatureCallback = (nonce, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(key.Sign(nonce.Span)) },
        ];
        foreach (NatsAuthOpts way in ways)
        {
            await Connections.GetsInAsync(new NatsOpts { Url = server.Url, AuthOpts = way });
        }

        JwtIssuer.NewKey(NKeyKind.User, out string stranger).Dispose();
        await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Seed = stranger } });
    }

    [Fact]
    public async Task Users_of_an_operator_get_in_by_jwt_creds_file_and_callback()
    {
        using var issuer = new JwtIssuer();
        (string Jwt, string Seed) user = issuer.User();
        string creds = JwtIssuer.CredsOf(user);
        string file = Path.Combine(_folder, "user.creds");
        await File.WriteAllTextAsync(file, creds, Connections.Cancelled);
        using var key = NKeySigner.Parse(user.Seed, "test");
        await using NatsServerProcess server = await Connections.ServerAsync(issuer.Config);
        NatsAuthOpts[] ways =
        [
            new() { Jwt = user.Jwt, Seed = user.Seed },
            new() { Creds = creds },
            new() { CredsFile = file },
            new() { Jwt = user.Jwt, SignatureCallback = (nonce, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(key.Sign(nonce.Span)) },
            new() { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromJwt(user.Jwt, user.Seed)) },
            new() { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromCreds(creds)) },
            new() { AuthCredCallback = (_, _) => ValueTask.FromResult(NatsAuthCred.FromCredsFile(file)) },
        ];
        foreach (NatsAuthOpts way in ways)
        {
            await Connections.GetsInAsync(new NatsOpts { Url = server.Url, AuthOpts = way });
        }

        using var other = new JwtIssuer();
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Creds = JwtIssuer.CredsOf(other.User()) } });
        Assert.Equal(NatsConnectPhase.Authentication, refused.Phase);
    }

    [Fact]
    public async Task Accounts_are_apart_and_the_user_without_credentials_lands_in_its_own()
    {
        const string Config = """
            accounts { A: { users: [ { user: a, password: a } ] }, B: { users: [ { user: b, password: b } ] } }
            no_auth_user: b
            """;
        await using NatsServerProcess server = await Connections.ServerAsync(Config);
        await using var a = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "a", Password = "a" } });
        await using var anonymous = new NatsConnection(new NatsOpts { Url = server.Url });
        await using var b = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "b", Password = "b" } });
        await using INatsSub<string> received = await b.SubscribeCoreAsync<string>("to", cancellationToken: Connections.Cancelled);
        await b.PingAsync(Connections.Cancelled);

        await a.PublishAsync("to", "of a", cancellationToken: Connections.Cancelled);
        await a.PingAsync(Connections.Cancelled);
        await anonymous.PublishAsync("to", "of no user", cancellationToken: Connections.Cancelled);
        NatsMsg<string> first = await received.Msgs.ReadAsync(Connections.Cancelled).AsTask().WaitAsync(Connections.Limit, Connections.Cancelled);
        Assert.Equal("of no user", first.Data);
    }

    [Fact]
    public async Task Damaged_files_fail_the_attempt_by_name_and_not_by_content()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("authorization { token: c4n4ry }");
        string file = Path.Combine(_folder, "damaged.creds");
        await File.WriteAllBytesAsync(file, Encoding.UTF8.GetBytes("secretcanary"), Connections.Cancelled);
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { CredsFile = file } });
        Assert.Equal(file, Assert.IsType<NatsCredentialsException>(refused.Exception).Path);
        Assert.DoesNotContain("secretcanary", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callbacks_that_hang_fail_the_attempt_after_the_connect_timeout()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        var time = new FakeTimeProvider();
        var opts = new NatsOpts { Url = server.Url, TimeProvider = time };
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<NatsAuthCred>();
        Task<NatsConnectFailure> refusing = Connections.IsRefusedAsync(opts with { AuthOpts = new NatsAuthOpts { AuthCredCallback = CallbackAsync } });
        await entered.Task.WaitAsync(Connections.Limit, Connections.Cancelled);
        time.Advance(opts.ConnectTimeout);
        NatsConnectFailure refused = await refusing;
        Assert.Equal(NatsConnectPhase.Authentication, refused.Phase);
        Assert.IsType<TimeoutException>(refused.Exception);

        ValueTask<NatsAuthCred> CallbackAsync(Uri uri, CancellationToken ct)
        {
            entered.SetResult();
            return new ValueTask<NatsAuthCred>(never.Task);
        }
    }
}
