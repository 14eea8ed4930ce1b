using System.CommandLine;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Bench;

/// <summary>The arguments that all kinds of measurements have.</summary>
internal sealed class BenchArguments
{
    private const int MostBytes = 64 * 1024 * 1024;
    private const int MostClients = 10_000;

    private readonly Argument<string> _target;
    private readonly Option<long?> _messages;
    private readonly Option<int> _size = new("--size") { Description = "The bytes of a payload.", DefaultValueFactory = static _ => 128 };
    private readonly Option<int> _clients = new("--clients") { Description = "The number of connections, each with its part of the messages.", DefaultValueFactory = static _ => 1 };
    private readonly Option<double?> _duration = new("--duration") { Description = "End after this time, even if messages are left; alone, without a number of messages.", HelpName = "SECONDS" };
    private readonly Option<string?> _csv = new("--csv") { Description = "Write the result, one line per client, to this file.", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json") { Description = "Write one JSON object." };
    private readonly long? _defaultMessages;

    private BenchArguments(string target, long? defaultMessages)
    {
        _target = new Argument<string>(target) { Description = target == "stream" ? "The name of the stream." : "The subject." };
        string number = defaultMessages is { } count ? FormattableString.Invariant($"default {count:N0}") : "default all that are stored";
        _messages = new Option<long?>("--msgs", "-n") { Description = $"The number of messages of all clients; {number}." };
        _defaultMessages = defaultMessages;
    }

    internal static BenchArguments AddTo(Command command, string target, long? defaultMessages)
    {
        var arguments = new BenchArguments(target, defaultMessages);
        command.Add(arguments._target);
        foreach (Option option in (Option[])[arguments._messages, arguments._size, arguments._clients, arguments._duration, arguments._csv, arguments._json])
        {
            command.Add(option);
        }

        return arguments;
    }

    internal string? CsvFile(ParseResult parsed) => parsed.GetValue(_csv);

    internal bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Returns the plan.</summary>
    /// <exception cref="ToolException">A number is out of its range.</exception>
    internal BenchPlan ToPlan(ParseResult parsed, string kind)
    {
        double? seconds = parsed.GetValue(_duration);
        long? messages = parsed.GetValue(_messages) ?? (seconds is null ? _defaultMessages : null);
        int size = parsed.GetValue(_size), clients = parsed.GetValue(_clients);
        Check(seconds is null or (> 0 and <= 86_400), "--duration must be a number of seconds between 0 and 86400.");
        Check(messages is null or > 0, "--msgs must be at least 1.");
        Check(size is >= 0 and <= MostBytes, $"--size must be between 0 and {MostBytes}.");
        Check(clients is > 0 and <= MostClients, $"--clients must be between 1 and {MostClients}.");
        return new BenchPlan
        {
            Kind = kind,
            Target = parsed.GetValue(_target)!,
            Messages = messages,
            Duration = seconds is { } given ? TimeSpan.FromSeconds(given) : null,
            Size = size,
            Clients = clients,
        };
    }

    /// <summary>Returns the value of an option.</summary>
    /// <exception cref="ToolException">It is not positive.</exception>
    internal static int Positive(ParseResult parsed, Option<int> option) =>
        parsed.GetValue(option) is > 0 and var value ? value : throw new ToolException(ExitCode.Usage, $"{option.Name} must be at least 1.");

    private static void Check(bool isValid, string message)
    {
        if (!isValid)
        {
            throw new ToolException(ExitCode.Usage, message);
        }
    }
}
