using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

/// <summary>Callbacks for credentials and signatures: on which thread they run, and what their failures say.</summary>
public sealed class CallbackTests
{
    private static readonly Uri s_server = new("nats://127.0.0.1:4222");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callbacks_do_not_run_on_the_thread_that_starts_the_attempt()
    {
        using var isStarted = new ManualResetEventSlim();
        ValueTask<Credentials> resolving = Asking((_, _) => { isStarted.Wait(Token); return ValueTask.FromResult(NatsAuthCred.FromToken("t")); });
        isStarted.Set();
        Assert.Equal("t", (await resolving).Token);
        isStarted.Reset();
        ValueTask<string?> signing = Signing((_, _) => { isStarted.Wait(Token); return ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[64]); }, Token);
        isStarted.Set();
        Assert.NotNull(await signing);
    }

    [Fact]
    public async Task A_callback_that_throws_is_named_with_the_type_of_its_exception()
    {
        NatsCredentialsException thrown = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await Asking((_, _) => throw new InvalidOperationException("c4n4ry")));
        Assert.Equal(("AuthCredCallback", "the callback threw InvalidOperationException", true), (thrown.Path, thrown.Reason, thrown.IsOfCallback));
        thrown = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await Signing((_, _) => throw new InvalidOperationException("c4n4ry"), Token));
        Assert.Equal(("SignatureCallback", "the callback threw InvalidOperationException", true), (thrown.Path, thrown.Reason, thrown.IsOfCallback));
        Assert.DoesNotContain("c4n4ry", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_that_cancels_itself_has_failed_and_one_that_the_attempt_cancels_has_not()
    {
        NatsCredentialsException thrown = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await Asking((_, _) => throw new OperationCanceledException()));
        Assert.Equal("the callback threw OperationCanceledException", thrown.Reason);
        thrown = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await Signing((_, _) => throw new OperationCanceledException(), Token));
        Assert.Equal("the callback threw OperationCanceledException", thrown.Reason);

        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        ValueTask<string?> signing = Signing((_, _) => new ValueTask<ReadOnlyMemory<byte>>(never.Task), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await signing);
    }

    [Fact]
    public async Task What_a_callback_returns_must_be_usable()
    {
        NatsCredentialsException nothing = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await Asking((_, _) => ValueTask.FromResult(default(NatsAuthCred))));
        Assert.Equal(("AuthCredCallback", "the callback returned no credential", true), (nothing.Path, nothing.Reason, nothing.IsOfCallback));
        foreach (int size in (int[])[0, 63, 65])
        {
            NatsCredentialsException wrong = await Assert.ThrowsAsync<NatsCredentialsException>(async () => await Signing((_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[size]), Token));
            Assert.Equal(("SignatureCallback", $"the callback returned {size} bytes; an Ed25519 signature has 64 bytes", true), (wrong.Path, wrong.Reason, wrong.IsOfCallback));
        }
    }

    [Fact]
    public async Task A_nonce_that_is_not_signed_is_refused_with_the_limit()
    {
        using var credentials = new Credentials(null, null, null) { Signer = NKeySigner.Parse(Keys.Seed(), "") };
        NatsProtocolViolationException refused = await Assert.ThrowsAsync<NatsProtocolViolationException>(async () => await credentials.SignAsync(new string('n', 129), Token));
        Assert.Contains("The server's nonce is not at most 128 ASCII characters; it is not signed.", refused.Message, StringComparison.Ordinal);
        Assert.Null(await credentials.SignAsync("", Token));
    }

    [Theory]
    [InlineData("SAAA", "the nkey seed is not valid: a seed has 58 characters")]
    [InlineData("S\u00e9", "the nkey seed is not valid: a seed has 58 characters")]
    public void A_seed_that_is_none_is_refused_with_the_reason(string seed, string reason) =>
        Assert.Equal(("test", reason), Refusal(seed));

    [Fact]
    public void A_seed_of_another_kind_is_refused_with_its_kind()
    {
        Assert.Equal(("test", "the nkey seed is that of a Account, and only users (SU...) can connect"), Refusal(NKeyCodec.EncodeSeed(NKeyKind.Account, new byte[32])));
        Assert.Equal(("test", "the nkey seed is not valid: a seed has 58 characters"), Refusal(Keys.Seed() + "A"));
    }

    private static (string Path, string Reason) Refusal(string seed)
    {
        NatsCredentialsException refused = Assert.Throws<NatsCredentialsException>(() => NKeySigner.Parse(seed, "test"));
        return (refused.Path, refused.Reason);
    }

    private static ValueTask<Credentials> Asking(Func<Uri, CancellationToken, ValueTask<NatsAuthCred>> callback) =>
        new CredentialsResolver(new NatsAuthOpts { AuthCredCallback = callback }).ResolveAsync(s_server, Token);

    private static ValueTask<string?> Signing(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> callback, CancellationToken cancellationToken) =>
        new Credentials(null, null, null) { SignatureCallback = callback }.SignAsync("nonce", cancellationToken);
}
