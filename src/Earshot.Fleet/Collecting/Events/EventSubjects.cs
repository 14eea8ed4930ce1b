namespace Earshot.Fleet.Collecting;

/// <summary>Which event a subject is of, as the system account names it or as another account imports it.</summary>
internal static class EventSubjects
{
    private const string System = "$SYS.";

    /// <summary>The subjects of the events for a user of the system account.</summary>
    public static IReadOnlyList<string> OfSystemAccount { get; } =
    [
        "$SYS.ACCOUNT.*.CONNECT", "$SYS.ACCOUNT.*.DISCONNECT", "$SYS.SERVER.*.CLIENT.AUTH.ERR", "$SYS.SERVER.*.STATSZ", "$SYS.SERVER.*.LAMEDUCK", "$SYS.SERVER.*.SHUTDOWN",
    ];

    /// <summary>Returns the kind of the event; null for a subject of another message.</summary>
    public static ServerRecordKind? KindOf(string subject)
    {
        string[] tokens = subject.Split('.');
        return tokens.Length < 3 ? null : KindOfWord(subject.StartsWith(System, StringComparison.Ordinal) ? tokens[^1] : tokens[^2]);
    }

    // A server reports a refused client as disconnected, and in addition as an error of authentication.
    private static ServerRecordKind? KindOfWord(string word) => word switch
    {
        "CONNECT" or "connect" => ServerRecordKind.Connect,
        "DISCONNECT" or "disconnect" or "ERR" or "refused" => ServerRecordKind.Disconnect,
        "STATSZ" or "statsz" => ServerRecordKind.Stats,
        "LAMEDUCK" or "lameduck" => ServerRecordKind.LameDuck,
        "SHUTDOWN" or "shutdown" => ServerRecordKind.Shutdown,
        _ => null,
    };
}
