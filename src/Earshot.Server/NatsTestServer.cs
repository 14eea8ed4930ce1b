using System.IO.Pipelines;
using System.Text;
using Earshot.Server.Clients;
using Earshot.Server.Faults;
using Earshot.Server.JetStream;
using Earshot.Server.Links;
using Earshot.Server.Listening;
using Earshot.Server.Monitoring;
using Earshot.Server.Options;
using Earshot.Server.Routing;
using Earshot.Server.Views;
using Earshot.Server.WebSockets;

namespace Earshot;

/// <summary>
/// A NATS server in the process, for tests, demos and local development. It listens on the loopback interface only and can simulate
/// faults (<see cref="Faults"/>). Thread-safe.
/// </summary>
/// <remarks>
/// It supports core NATS, and JetStream in memory if <see cref="NatsTestServerOptions.JetStream"/> is set. Instances share nothing. Do not use it
/// in production.
/// </remarks>
public sealed class NatsTestServer : IAsyncDisposable
{
    private readonly ClientHandler _handler;
    private readonly ServerHost _host;
    private readonly FaultyLinks _links;
    private readonly PublishedLog _published;
    private readonly Transcript? _transcript;
    private readonly JetStreamServices? _jetStream;
    private MonitoringServer? _monitoring;
    private WebSocketListener? _webSockets;

    private NatsTestServer(NatsTestServerOptions options)
    {
        State = new ServerState(options, options.Random ?? new Random());
        _links = new FaultyLinks(State);
        _transcript = options.TranscriptCapacity > 0 ? new Transcript(options.TranscriptCapacity, options.TimeProvider) : null;
        _published = new PublishedLog(options.PublishedCapacity);
        State.Published = options.PublishedCapacity > 0 ? _published.Add : null;
        _jetStream = options.JetStream ? new JetStreamServices(State, _transcript is null ? null : _transcript.Add) : null;
        _handler = new ClientHandler(State, Decorate);
        _host = new ServerHost(State, _handler);
        Faults = new NatsTestServerFaults(_host, _links);
    }

    /// <summary>The URL for clients: <c>nats://127.0.0.1:port</c>.</summary>
    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>The port that the server listens on; when it does not listen, the port of the options.</summary>
    public int Port => State.Port;

    /// <summary>The id in INFO; it changes when the server is restarted.</summary>
    public string Id => State.Id;

    /// <summary>The name of the server in INFO.</summary>
    public string Name => State.Name;

    /// <summary>The URL for WebSocket clients, <c>ws://127.0.0.1:port</c> or wss:// with TLS; <see langword="null"/> without a WebSocket port.</summary>
    public Uri? WebSocketUrl => _webSockets?.Url;

    /// <summary>The URL of the monitoring pages /varz, /connz, /subsz and /healthz; <see langword="null"/> without a monitoring port.</summary>
    public Uri? MonitoringUrl => _monitoring?.Url;

    /// <summary>The faults that can be injected into the whole server.</summary>
    public NatsTestServerFaults Faults { get; }

    /// <summary>JetStream of clients without an account, its streams and its faults.</summary>
    /// <exception cref="InvalidOperationException"><see cref="NatsTestServerOptions.JetStream"/> is not set.</exception>
    public NatsTestServerJetStream JetStream => JetStreamOf("$G");

    /// <summary>The connected clients, in the order in which they connected.</summary>
    public IReadOnlyList<NatsTestServerClient> Clients => [.. State.Clients.Open.Select(client => new NatsTestServerClient(client, _links))];

    /// <summary>The last thousand clients whose connections ended, oldest first.</summary>
    public IReadOnlyList<NatsTestServerClient> ClosedClients => [.. State.Clients.Closed.Select(closed => new NatsTestServerClient(closed.Client, _links))];

    /// <summary>The last published messages, oldest first, up to <see cref="NatsTestServerOptions.PublishedCapacity"/>.</summary>
    public IReadOnlyList<NatsTestServerMessage> Published => _published.Messages;

    /// <summary>
    /// The received and sent bytes, one line per chunk, without credentials, and what JetStream does, in words; empty unless
    /// <see cref="NatsTestServerOptions.TranscriptCapacity"/> is set.
    /// </summary>
    public string Transcript => _transcript?.ToString() ?? string.Empty;

    internal ServerState State { get; }

    /// <summary>Creates JetStream of all accounts now, and not with the first client of each.</summary>
    internal void OpenJetStream()
    {
        foreach (string account in State.Options.Accounts.Select(account => account.Name).Append("$G"))
        {
            _jetStream?.Of(account);
        }
    }

    /// <summary>Starts a server. It accepts clients when the task completes.</summary>
    /// <param name="options">The options of the server; <see langword="null"/>: the defaults and a free port.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ArgumentException">An option is not valid, or a password is a hash.</exception>
    /// <exception cref="IOException">The server could not listen on the port.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<NatsTestServer> StartAsync(NatsTestServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new NatsTestServerOptions();
        OptionRules.Check(options);
        var server = new NatsTestServer(options);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await server._host.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (server.State.Options.MonitoringPort is { } port)
            {
                server._monitoring = await MonitoringServer.StartAsync(server.State, port, cancellationToken).ConfigureAwait(false);
            }

            if (server.State.Options.WebSocketPort is not null)
            {
                server._webSockets = await WebSocketListener
                    .StartAsync(server._handler, server._host.RefusesClient, server.State.Options, cancellationToken).ConfigureAwait(false);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns JetStream of an account, its streams and its faults.</summary>
    /// <param name="account">The name of the account.</param>
    /// <exception cref="ArgumentNullException"><paramref name="account"/> is null.</exception>
    /// <exception cref="InvalidOperationException"><see cref="NatsTestServerOptions.JetStream"/> is not set.</exception>
    public NatsTestServerJetStream JetStreamOf(string account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new NatsTestServerJetStream((_jetStream ?? throw new InvalidOperationException("The server has no JetStream: set the option JetStream.")).Of(account));
    }

    /// <summary>Connects a client without a socket and returns the client's end of the pipe, whose first bytes are INFO.</summary>
    /// <param name="cancellationToken">Prevents the connect if it is already cancelled.</param>
    /// <exception cref="IOException">The server refuses connections.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<IDuplexPipe> ConnectInMemoryAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_host.ConnectInMemory());
    }

    /// <summary>Waits until a client has subscribed to the subject, or to a pattern that includes it.</summary>
    /// <param name="subject">A subject, or a pattern with wildcards.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForSubscriptionAsync(string subject, CancellationToken cancellationToken = default)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(subject);
        return WaitUntilAsync(
            () => State.Clients.Open.Any(client => client.Subscriptions.Any(sub => SubjectForm.Matches(sub.Subject, wanted))), cancellationToken);
    }

    /// <summary>Waits until at least the given number of clients is connected.</summary>
    /// <param name="count">The number of clients.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForClientsAsync(int count, CancellationToken cancellationToken = default) =>
        WaitUntilAsync(() => State.Clients.Open.Count(client => client is { HasConnected: true, IsClosed: false }) >= count, cancellationToken);

    /// <summary>Ends all connections without an error, as when the process is stopped, and releases the port.</summary>
    public async ValueTask DisposeAsync()
    {
        Faults.EndLameDuckMode();
        await _host.DisposeAsync().ConfigureAwait(false);
        if (_webSockets is not null)
        {
            await _webSockets.DisposeAsync().ConfigureAwait(false);
        }

        if (_monitoring is not null)
        {
            await _monitoring.DisposeAsync().ConfigureAwait(false);
        }

        _jetStream?.Dispose();
    }

    private async Task WaitUntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check()
        {
            if (condition())
            {
                reached.TrySetResult();
            }
        }

        State.InterestChanged += Check;
        State.Clients.Changed += Check;
        try
        {
            Check();
            await reached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            State.InterestChanged -= Check;
            State.Clients.Changed -= Check;
        }
    }

    private IClientLink Decorate(IClientLink link, ClientLinkOwner owner)
    {
        IClientLink faulty = _links.Decorate(link, owner);
        if (_transcript is null)
        {
            return faulty;
        }

        var written = new TranscriptLink(faulty, _transcript);
        owner.Assigned += written.Assign;
        return written;
    }
}
