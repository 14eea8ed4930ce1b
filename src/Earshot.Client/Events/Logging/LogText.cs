namespace Earshot.Events;

/// <summary>Texts that several log messages have in common.</summary>
internal static class LogText
{
    public const string None = "no details";

    public static string Why(NatsDisconnectedEvent e) => Why(e.ServerError?.Text, e.Exception) ?? e.SuspectedCause ?? None;

    public static string Why(NatsConnectAttemptFailedEvent e) => Why(e.ServerError?.Text, e.Exception) ?? None;

    public static string Why(Exception? exception) => exception is null ? None : EventText.MessageOf(exception);

    public static string Seconds(TimeSpan? time) => time is { } value ? EventText.Of(value) : "unknown";

    private static string? Why(string? server, Exception? exception) => server ?? (exception is null ? null : EventText.MessageOf(exception));
}
