using System.Threading.Channels;
using Earshot.Cli.Shell;

namespace Earshot.Cli.LocalServer;

/// <summary>Reads what to do: keys on a terminal, otherwise lines. The end of the lines does not end the servers.</summary>
internal static class ServerInput
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts to read.</summary>
    /// <param name="host">The standard input.</param>
    /// <param name="keys">Returns the line that a key is for; null for none.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>The lines.</returns>
    internal static ChannelReader<string> Start(ToolHost host, Func<char, string?> keys, CancellationToken cancellationToken)
    {
        var lines = Channel.CreateUnbounded<string>();
        _ = host.IsInRedirected ? ReadLinesAsync(host.In, lines.Writer) : ReadKeysAsync(host, keys, lines.Writer, cancellationToken);
        return lines.Reader;
    }

    // A console can only be read with a thread that waits.
    private static async Task ReadLinesAsync(TextReader input, ChannelWriter<string> lines)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (input.ReadLine() is { } line)
        {
            lines.TryWrite(line.Trim());
        }
    }

    private static async Task ReadKeysAsync(ToolHost host, Func<char, string?> keys, ChannelWriter<string> lines, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            while (host.ReadKey() is { } key)
            {
                if (keys(key) is { } line)
                {
                    lines.TryWrite(line);
                }
            }

            await Task.Delay(s_poll, host.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
