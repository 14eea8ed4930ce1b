using Earshot.Fleet.Streams;
using Earshot.JetStream;

namespace Earshot.Fleet;

/// <summary>Creates the two streams of a fleet: the journals that clients ship, and what a collector has received from servers.</summary>
public static class FleetStreams
{
    private const int MostReplicas = 3;
    private const int ReplicasNotSupported = 10074; // one server without a cluster

    private static readonly TimeSpan s_duplicates = TimeSpan.FromMinutes(2);

    // How long a server of the cluster may take until it accepts replicas, and how often it is tried: one that was just started is not known to all yet.
    private static readonly TimeSpan s_peersWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>The name of the stream of journals.</summary>
    public const string JournalName = FleetSubjects.JournalStream;

    /// <summary>The name of the stream of what servers report.</summary>
    public const string ServersName = FleetSubjects.ServersStream;

    /// <summary>
    /// Creates the streams that are not there, and compares those that are there. It changes no stream that exists: the result has what differs.
    /// </summary>
    /// <param name="context">A context of the account that gets the streams, with the permission to create them and to read their information.</param>
    /// <param name="options">The limits of the streams; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the calls. A stream may have been created already.</param>
    /// <returns>The two streams, that of journals first.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="NatsJSApiException">The server refuses the stream, for example because the account has no storage for it.</exception>
    /// <exception cref="NatsJSApiNoResponseException">No server with JetStream answers, or the user may not use its API.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<IReadOnlyList<FleetStreamResult>> CreateAsync(INatsJSContext context, FleetStreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        options ??= new FleetStreamOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.MaxAge, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.JournalBytes, 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ServerBytes, 0, nameof(options));
        if (options.Replicas is < 1 or > 5)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Replicas, "A stream has 1 to 5 replicas.");
        }

        var results = new List<FleetStreamResult>();
        foreach (StreamConfig wanted in Configurations(options))
        {
            results.Add(await CreateAsync(context, wanted, options.Replicas, cancellationToken).ConfigureAwait(false));
        }

        return results;
    }

    /// <summary>The configurations of both streams, without a number of replicas.</summary>
    internal static IReadOnlyList<StreamConfig> Configurations(FleetStreamOptions options) =>
    [
        Configuration(JournalName, FleetSubjects.AllJournals, FleetSubjects.LiveJournals, options.JournalBytes, options.MaxAge),
        Configuration(ServersName, FleetSubjects.AllServers, FleetSubjects.LiveServers, options.ServerBytes, options.MaxAge),
    ];

    private static StreamConfig Configuration(string name, string subjects, string live, long bytes, TimeSpan age) => new(name, [subjects])
    {
        Storage = StreamConfigStorage.File,
        Compression = StreamConfigCompression.S2,
        Retention = StreamConfigRetention.Limits,
        Discard = StreamConfigDiscard.Old,
        DuplicateWindow = age < s_duplicates ? age : s_duplicates,
        AllowDirect = true,
        DenyDelete = true,
        MaxAge = age,
        MaxBytes = bytes,
        Republish = new Republish { Src = subjects, Dest = live },
    };

    private static async Task<FleetStreamResult> CreateAsync(INatsJSContext context, StreamConfig wanted, int? replicas, CancellationToken cancellationToken)
    {
        INatsJSStream? stream = await FindAsync(context, wanted.Name!, cancellationToken).ConfigureAwait(false);
        if (stream is not null)
        {
            IReadOnlyList<FleetStreamDifference> differences = StreamComparison.Of(wanted with { NumReplicas = replicas ?? Expected(context, stream) }, stream.Info.Config);
            return new FleetStreamResult(wanted.Name!, differences.Count == 0 ? FleetStreamOutcome.Unchanged : FleetStreamOutcome.Different)
            {
                Replicas = stream.Info.Config.NumReplicas,
                Differences = differences,
            };
        }

        StreamConfig created = await CreateAsync(context, wanted, replicas ?? MostReplicas, isLimit: replicas is null, cancellationToken).ConfigureAwait(false);
        return new FleetStreamResult(wanted.Name!, FleetStreamOutcome.Created)
        {
            Replicas = created.NumReplicas,
            Differences = StreamComparison.Of(wanted with { NumReplicas = created.NumReplicas }, created),
        };
    }

    private static async Task<INatsJSStream?> FindAsync(INatsJSContext context, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await context.GetStreamAsync(name, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSStreamNotFoundException)
        {
            return null;
        }
    }

    // The number of servers with JetStream is not known: a server refuses more replicas than there are.
    private static async Task<StreamConfig> CreateAsync(INatsJSContext context, StreamConfig wanted, int replicas, bool isLimit, CancellationToken cancellationToken)
    {
        TimeProvider time = context.Connection.Opts.TimeProvider;
        long began = time.GetTimestamp();
        while (true)
        {
            try
            {
                INatsJSStream stream = await context.CreateStreamAsync(wanted with { NumReplicas = replicas }, cancellationToken).ConfigureAwait(false);
                return stream.Info.Config;
            }
            catch (NatsJSFeatureNotSupportedException) when (!cancellationToken.IsCancellationRequested)
            {
                // An older server has created the stream without what it does not know; the comparison names it.
                INatsJSStream stream = await context.GetStreamAsync(wanted.Name!, cancellationToken: cancellationToken).ConfigureAwait(false);
                return stream.Info.Config;
            }
            catch (NatsJSApiException e) when (isLimit && replicas > 1 && IsTooMany(e))
            {
                if (Servers(context) < replicas || time.GetElapsedTime(began) >= s_peersWithin)
                {
                    replicas--;
                    continue;
                }

                await Task.Delay(s_tryAgain, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsTooMany(NatsJSApiException e) => e.Error.ErrCode == ReplicasNotSupported || e.Is(NatsJSErrorCode.ClusterNoPeers);

    private static int Expected(INatsJSContext context, INatsJSStream stream) => Math.Max(Math.Min(MostReplicas, Servers(context)), stream.Info.Config.NumReplicas);

    // A server of a cluster names the addresses of all its servers, unless it is configured not to.
    private static int Servers(INatsJSContext context) => context.Connection.ServerInfo?.ClientConnectUrls?.Length ?? 1;
}
