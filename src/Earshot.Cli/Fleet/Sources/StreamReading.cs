using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>What the streams of a fleet had when they were read once.</summary>
internal static class StreamReading
{
    /// <summary>Without <c>--since</c>: as much as the streams keep, by default.</summary>
    private static readonly TimeSpan s_all = TimeSpan.FromDays(7);

    /// <summary>Reads both streams.</summary>
    /// <exception cref="ToolException">None of them can be read.</exception>
    internal static async Task<FleetStreamContent> ReadAsync(NatsOpts opts, TimeSpan? since, ToolHost host, CancellationToken cancellationToken)
    {
        ToolConnection connection = await ToolConnection.OpenAsync(opts, host, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // What is shown began within the time; what explains it was stored before, and a late batch after it.
            var options = new FleetReaderOptions { Window = since is { } time ? time + TimeSpan.FromHours(1) : s_all, MaxRecords = 1_000_000 };
            FleetStreamContent content = await FleetStreamReader.ReadAsync(connection.Nats, options, cancellationToken).ConfigureAwait(false);
            ThrowIfNothing(content, connection);
            return content;
        }
    }

    /// <summary>Fails when none of the streams can be read.</summary>
    /// <exception cref="ToolException">None of them can be read: the server denied it, or there is none.</exception>
    internal static void ThrowIfNothing(FleetStreamContent content, ToolConnection connection)
    {
        if (content.Streams.All(stream => stream is { Exists: not true, Problem: not null }))
        {
            connection.ThrowIfDenied();
            throw new ToolException(ExitCode.NoReply, string.Join(' ', content.Problems.Distinct()));
        }
    }

    /// <summary>What was read, in one line.</summary>
    internal static string Summary(FleetStreamContent content) =>
        string.Join(", ", content.Streams.Select(stream => $"{stream.Name} {(stream.Messages == 1 ? "1 message" : $"{stream.Messages} messages")}"));

    /// <summary>What is missing or was not understood.</summary>
    internal static IEnumerable<string> Hints(FleetStreamContent content)
    {
        foreach (FleetStreamState stream in content.Streams)
        {
            if (stream.Problem is { } problem)
            {
                yield return problem;
            }

            (long Count, string What)[] counts =
            [
                (stream.Malformed, "are no records, or have a subject that does not fit them, and were ignored"),
                (stream.Missed, "were removed by the stream before they were read"),
            ];
            foreach ((long count, string what) in counts.Where(pair => pair.Count > 0))
            {
                yield return $"{stream.Name}: {count} of its messages {what}.";
            }

            if (stream.Evicted > 0)
            {
                yield return $"{stream.Name}: the oldest {stream.Evicted} records were left out because there are too many; a shorter --since reads fewer.";
            }
        }
    }
}
