using Earshot.Authentication;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

/// <summary>The synchronization context of the caller that starts an attempt is used for nothing but to leave it before user code runs.</summary>
public sealed class AuthContextTests : IDisposable
{
    private static readonly Uri s_server = new("nats://127.0.0.1:4222");
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-context-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, int> Ways => new() { { "creds", 0 }, { "nkey", 0 }, { "asked creds", 1 }, { "asked nkey", 1 }, { "asked", 1 }, { "signed", 1 } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Nothing_continues_on_the_context_of_the_caller(string way, int yields)
    {
        string creds = Path.Combine(_folder, "a.creds"), seed = Path.Combine(_folder, "a.nk");
        await File.WriteAllTextAsync(creds, Keys.Creds(Keys.Jwt, Keys.Seed()) + new string(' ', 60_000), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(seed, Keys.Seed() + new string(' ', 60_000), TestContext.Current.CancellationToken);
        var context = new CallerContext();
        await context.Run(() => RunAsync(way, creds, seed));
        Assert.Equal(yields, context.Posts);
    }

    private static async Task RunAsync(string way, string creds, string seed)
    {
        if (way == "signed")
        {
            var signing = new Credentials(null, null, null) { SignatureCallback = async (_, _) => { await Task.Run(static () => Thread.Yield()).ConfigureAwait(false); return new byte[64]; } };
            Assert.NotNull(await signing.SignAsync("nonce", TestContext.Current.CancellationToken).ConfigureAwait(false));
            return;
        }

        NatsAuthOpts options = way switch
        {
            "creds" => new NatsAuthOpts { CredsFile = creds },
            "nkey" => new NatsAuthOpts { NKeyFile = seed },
            "asked creds" => Asking(NatsAuthCred.FromCredsFile(creds)),
            "asked nkey" => Asking(NatsAuthCred.FromNkeyFile(seed)),
            _ => Asking(NatsAuthCred.FromToken("t")),
        };
        using Credentials credentials = await new CredentialsResolver(options).ResolveAsync(s_server, TestContext.Current.CancellationToken).ConfigureAwait(false);
        Assert.False(credentials.IsAnonymous);
    }

    // Completes on another thread.
    private static NatsAuthOpts Asking(NatsAuthCred cred) => new()
    {
        AuthCredCallback = async (_, _) => { await Task.Run(static () => Thread.Yield()).ConfigureAwait(false); return cred; },
    };
}
