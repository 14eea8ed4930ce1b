using System.IO.Pipelines;
using System.Text;
using Earshot.Server.Clients;
using Earshot.Server.Faults;
using Earshot.Server.Links;
using Earshot.Server.Listening;
using Earshot.Server.Monitoring;
using Earshot.Server.Options;
using Earshot.Server.Routing;
using Earshot.Server.Views;
using Earshot.Server.WebSockets;

namespace Earshot;

/// <summary>
/// A NATS server inside this process, for tests, demos and local development; production runs the real one. It listens on
/// the loopback interface only, shares nothing with other instances, and can be made to misbehave by
/// <see cref="Faults"/>. Core NATS only: JetStream requests are answered with "no responders". Thread-safe.
/// </summary>
public sealed class NatsTestServer : IAsyncDisposable
{
    private readonly ClientHandler _handler;
    private readonly ServerHost _host;
    private readonly FaultyLinks _links;
    private readonly PublishedLog _published;
    private readonly Transcript? _transcript;
    private MonitoringServer? _monitoring;
    private WebSocketListener? _webSockets;

    private NatsTestServer(NatsTestServerOptions options)
    {
        State = new ServerState(options, new Random());
        _links = new FaultyLinks(State);
        _transcript = options.TranscriptCapacity > 0 ? new Transcript(options.TranscriptCapacity, options.TimeProvider) : null;
        _published = new PublishedLog(options.PublishedCapacity);
        State.Published = options.PublishedCapacity > 0 ? _published.Add : null;
        _handler = new ClientHandler(State, Decorate);
        _host = new ServerHost(State, _handler);
        Faults = new NatsTestServerFaults(_host, _links);
    }

    /// <summary>nats://127.0.0.1:port.</summary>
    public string Url => $"nats://127.0.0.1:{Port}";

    /// <summary>The port it listens on; 0 when it does not listen.</summary>
    public int Port => State.Port;

    /// <summary>The id in INFO; a restart changes it.</summary>
    public string Id => State.Id;

    /// <summary>The name in INFO.</summary>
    public string Name => State.Name;

    /// <summary>
    /// ws://127.0.0.1:port for clients over WebSocket, wss:// with TLS; <see langword="null"/> without a WebSocket port.
    /// </summary>
    public Uri? WebSocketUrl => _webSockets?.Url;

    /// <summary>http://127.0.0.1:port of /varz, /connz, /subsz and /healthz; <see langword="null"/> without a monitoring port.</summary>
    public Uri? MonitoringUrl => _monitoring?.Url;

    /// <summary>What can be done to the whole server.</summary>
    public NatsTestServerFaults Faults { get; }

    /// <summary>Who is connected at the moment, in the order of arrival.</summary>
    public IReadOnlyList<NatsTestServerClient> Clients => [.. State.Clients.Open.Select(client => new NatsTestServerClient(client, _links))];

    /// <summary>Who was connected, oldest first; the last thousand.</summary>
    public IReadOnlyList<NatsTestServerClient> ClosedClients => [.. State.Clients.Closed.Select(closed => new NatsTestServerClient(closed.Client, _links))];

    /// <summary>The last published messages, oldest first; how many are kept is an option.</summary>
    public IReadOnlyList<NatsTestServerMessage> Published => _published.Messages;

    /// <summary>What went over the wire, one line per chunk, without credentials; empty unless the options ask for it.</summary>
    public string Transcript => _transcript?.ToString() ?? string.Empty;

    internal ServerState State { get; }

    /// <summary>Starts a server that accepts clients when the task completes.</summary>
    /// <param name="options">How it behaves; <see langword="null"/> takes the defaults and a free port.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ArgumentException">An option makes no sense, or a password is a hash.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
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

    /// <summary>Connects a client without a socket. The pipe is the client's end; its first bytes are INFO.</summary>
    /// <param name="cancellationToken">Refuses to begin; nothing is waited for.</param>
    /// <exception cref="IOException">The server refuses connections at the moment.</exception>
    public ValueTask<IDuplexPipe> ConnectInMemoryAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_host.ConnectInMemory());
    }

    /// <summary>Completes when a client is subscribed to the subject, or to a pattern that covers it.</summary>
    /// <param name="subject">A subject, or a pattern as a client would subscribe to it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForSubscriptionAsync(string subject, CancellationToken cancellationToken = default)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(subject);
        return WaitUntilAsync(
            () => State.Clients.Open.Any(client => client.Subscriptions.Any(sub => SubjectForm.Matches(sub.Subject, wanted))), cancellationToken);
    }

    /// <summary>Completes when at least so many clients are connected.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForClientsAsync(int count, CancellationToken cancellationToken = default) =>
        WaitUntilAsync(() => State.Clients.Open.Count(client => client is { HasConnected: true, IsClosed: false }) >= count, cancellationToken);

    /// <summary>Ends all connections without a word, as a stopped server does, and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        if (_webSockets is not null)
        {
            await _webSockets.DisposeAsync().ConfigureAwait(false);
        }

        if (_monitoring is not null)
        {
            await _monitoring.DisposeAsync().ConfigureAwait(false);
        }
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
