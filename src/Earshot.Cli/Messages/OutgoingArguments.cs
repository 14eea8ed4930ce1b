using System.CommandLine;
using System.Text;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>The arguments that say what a verb sends: subject, message or file, headers, how often and how fast.</summary>
internal sealed class OutgoingArguments
{
    private const int MostMessages = 1_000_000_000;

    private readonly ToolHost _host;
    private readonly Argument<string> _subject = new("subject") { Description = "The subject." };
    private readonly Argument<string?> _message = new("message") { Description = "The message as text; without it and --file, it is empty.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "A header as name:value; may be repeated.", HelpName = "NAME:VALUE" };
    private readonly Option<string?> _file = new("--file", "-f") { Description = "Send the content of this file; - is the standard input." };
    private readonly Option<int> _count = new("--count", "-n") { Description = "The number of messages.", DefaultValueFactory = static _ => 1 };
    private readonly Option<double?> _rate = new("--rate") { Description = "The number of messages per second; without it, as fast as possible." };

    private OutgoingArguments(ToolHost host) => _host = host;

    /// <summary>Adds the arguments to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="host">Where a file named <c>-</c> is read.</param>
    /// <param name="isRepeated">Whether it sends on its own, so that a number and a rate have a meaning.</param>
    internal static OutgoingArguments AddTo(Command command, ToolHost host, bool isRepeated)
    {
        var arguments = new OutgoingArguments(host);
        command.Add(arguments._subject);
        command.Add(arguments._message);
        command.Add(arguments._headers);
        command.Add(arguments._file);
        if (isRepeated)
        {
            command.Add(arguments._count);
            command.Add(arguments._rate);
        }

        return arguments;
    }

    internal string Subject(ParseResult parsed) => parsed.GetValue(_subject)!;

    /// <summary>Returns the number of messages.</summary>
    /// <exception cref="ToolException">It is not positive.</exception>
    internal int Count(ParseResult parsed) =>
        parsed.GetValue(_count) is > 0 and <= MostMessages and var count ? count : throw new ToolException(ExitCode.Usage, $"--count must be between 1 and {MostMessages}.");

    /// <summary>Returns the pace that <c>--rate</c> sets.</summary>
    /// <exception cref="ToolException">The rate is too low or too high.</exception>
    internal Pace Pace(ParseResult parsed) => parsed.GetValue(_rate) switch
    {
        null => new Pace(_host.Time, TimeSpan.Zero),
        >= 0.001 and <= 1_000_000 and var rate => new Pace(_host.Time, TimeSpan.FromSeconds(1 / rate)),
        _ => throw new ToolException(ExitCode.Usage, "--rate must be a number of messages per second between 0.001 and 1000000."),
    };

    /// <summary>Whether the command line has a message or a file.</summary>
    internal bool HasMessage(ParseResult parsed) => parsed.GetValue(_message) is not null || parsed.GetValue(_file) is not null;

    /// <summary>Returns the payload.</summary>
    /// <exception cref="ToolException">There is both a message and a file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal async Task<byte[]> PayloadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? file = parsed.GetValue(_file), message = parsed.GetValue(_message);
        if (file is null)
        {
            return Encoding.UTF8.GetBytes(message ?? "");
        }

        if (message is not null)
        {
            throw new ToolException(ExitCode.Usage, "A message and --file exclude each other.");
        }

        if (file != "-")
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }

        if (_host.InBytes is null)
        {
            return Encoding.UTF8.GetBytes(await ToolHost.ReadInputAsync(_host.In.ReadToEnd, cancellationToken).ConfigureAwait(false));
        }

        return await ToolHost.ReadInputAsync(() => ReadToEnd(_host.InBytes), cancellationToken).ConfigureAwait(false);
    }

    private static byte[] ReadToEnd(Func<Stream> open)
    {
        using var content = new MemoryStream();
        using Stream input = open();
        input.CopyTo(content);
        return content.ToArray();
    }

    /// <summary>Returns the headers; null when there are none.</summary>
    /// <exception cref="ToolException">One has no colon.</exception>
    internal NatsHeaders? Headers(ParseResult parsed)
    {
        if (parsed.GetValue(_headers) is not { Length: > 0 } lines)
        {
            return null;
        }

        var headers = new NatsHeaders();
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new ToolException(ExitCode.Usage, "A header must be written as name:value.");
            }

            string name = line[..colon].Trim(), value = line[(colon + 1)..].Trim();
            headers[name] = headers.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues before) ? Microsoft.Extensions.Primitives.StringValues.Concat(before, value) : value;
        }

        return headers;
    }
}
