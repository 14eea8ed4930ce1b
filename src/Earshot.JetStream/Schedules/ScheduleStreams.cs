using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Schedules;

/// <summary>Finds the streams of schedules, and remembers for each connection which subjects belong to a stream that allows them.</summary>
internal static class ScheduleStreams
{
    private const int Most = 1024;
    private const int RepeatingLevel = 4;
    private static readonly ConditionalWeakTable<NatsConnection, ConcurrentDictionary<(string Prefix, string Subject), int>> s_known = [];

    /// <summary>Checks that the stream of a subject allows schedules.</summary>
    /// <param name="parts">The objects of the context.</param>
    /// <param name="subject">The subject of the schedule.</param>
    /// <param name="isSimple">Whether the schedule publishes once, with nothing that needs a newer server.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server or the stream does not support the schedule.</exception>
    /// <exception cref="NatsJSNoStreamException">No stream has the subject.</exception>
    public static async ValueTask RequireAsync(ContextParts parts, string subject, bool isSimple, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<(string Prefix, string Subject), int> known = s_known.GetValue(parts.Connection, static _ => new());
        if (!known.TryGetValue((parts.Options.Prefix, subject), out int level))
        {
            string stream = await FindAsync(parts, subject, cancellationToken).ConfigureAwait(false);
            level = StreamFeatures.LevelOf(await StreamFeatures.RequireAsync(parts, stream, StreamFeature.Schedules, cancellationToken).ConfigureAwait(false)) ?? int.MaxValue;
            if (known.Count >= Most)
            {
                known.Clear();
            }

            known[(parts.Options.Prefix, subject)] = level;
        }

        if (!isSimple && level < RepeatingLevel)
        {
            throw new NatsJSFeatureNotSupportedException("repeating schedules, sources and rollups", "Nats-Schedule", RepeatingLevel, level);
        }
    }

    /// <exception cref="NatsJSNoStreamException">No stream has the subject.</exception>
    public static async ValueTask<string> FindAsync(ContextParts parts, string subject, CancellationToken cancellationToken)
    {
        await foreach (string stream in new StreamCalls(parts).NamesAsync(subject, cancellationToken).ConfigureAwait(false))
        {
            return stream;
        }

        throw new NatsJSNoStreamException(subject);
    }
}
