using Earshot.Connections;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A whole connection over in-memory servers with its own clock.</summary>
internal sealed class ConnectionRig : IAsyncDisposable
{
    private static readonly TimeSpan s_waitLimit = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource _stop;

    public ConnectionRig(Func<NatsOpts, NatsOpts>? configure = null, string url = "nats://10.0.0.1:4222", Random? random = null)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _stop.CancelAfter(s_waitLimit);
        Dialer = new ScriptedDialer(Time);
        Server(1); // an address is there before it is dialled
        Server(2);
        var opts = new NatsOpts { Url = url, NoRandomize = true, TimeProvider = Time };
        opts = configure?.Invoke(opts) ?? opts;
        Connection = new NatsConnection(opts, new ConnectionComposition(opts, Dialer, random ?? new Random(1)));
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ScriptedDialer Dialer { get; }

    public NatsConnection Connection { get; }

    /// <summary>Ends whatever hangs, with a message, before the test run does.</summary>
    public CancellationToken Token => _stop.Token;

    public ScriptedServer Server(int number = 1) => Dialer.Server($"10.0.0.{number}");

    /// <summary>Connects to the first server and returns its side.</summary>
    public async Task<ScriptedPeer> OpenAsync()
    {
        Task connecting = Connection.ConnectAsync(Token).AsTask();
        ScriptedPeer peer = await AcceptAsync();
        await connecting;
        return peer;
    }

    public async Task<ScriptedPeer> AcceptAsync(int server = 1)
    {
        ScriptedPeer peer = await Server(server).AcceptAsync(Token);
        await peer.HandshakeAsync(Token);
        return peer;
    }

    public Task<TEvent> WhenAsync<TEvent>()
        where TEvent : NatsConnectionEvent =>
        Connection.Events.ToList().OfType<TEvent>().FirstOrDefault() is { } there
            ? Task.FromResult(there)
            : Connection.Events.WhenAsync<TEvent>(0, cancellationToken: Token);

    /// <summary>Lets time pass in steps until something has happened.</summary>
    public Task PassUntilAsync(Task happened, int stepMilliseconds = 50) => Time.PassAsync(happened, TimeSpan.FromMilliseconds(stepMilliseconds), null, Token);

    /// <inheritdoc cref="TimeSteps.PassAsync"/>
    public Task PassAsync(Task happened, TimeSpan atMost, int stepMilliseconds = 50) => Time.PassAsync(happened, TimeSpan.FromMilliseconds(stepMilliseconds), atMost, Token);

    public void AssertGrammar(bool requireClosed = false) =>
        Assert.True(NatsJournalValidator.Validate(Connection.Events.ToList(), requireClosed) is [], string.Join('\n', Connection.Events.ToList().Select(e => $"{e.Sequence} {e.Kind} {e}")));

    public async ValueTask DisposeAsync()
    {
        await PassUntilAsync(Connection.DisposeAsync().AsTask());
        AssertGrammar();
        _stop.Dispose();
    }
}
