namespace Earshot.Fleet.Streams;

/// <summary>What each user of a fleet may publish and subscribe to.</summary>
internal static class FleetPermissions
{
    private const string Info = "$JS.API.STREAM.INFO.";
    private const string Create = "$JS.API.STREAM.CREATE.";
    private const string DirectGet = "$JS.API.DIRECT.GET.";

    public static IReadOnlyList<string> SetupPublish { get; } =
        [Info + FleetSubjects.JournalStream, Info + FleetSubjects.ServersStream, Create + FleetSubjects.JournalStream, Create + FleetSubjects.ServersStream];

    public static IReadOnlyList<string> SetupSubscribe { get; } = [FleetConfiguration.SetupInbox + ".>"];

    public static IReadOnlyList<string> CollectorPublish { get; } =
        [FleetSubjects.EveryServer, FleetSubjects.Connections, FleetSubjects.Ids, Info + FleetSubjects.ServersStream, DirectGet + FleetSubjects.ServersStream];

    public static IReadOnlyList<string> CollectorSubscribe { get; } = [FleetSubjects.EventPrefix + ">", FleetConfiguration.CollectorInbox + ".>"];

    public static IReadOnlyList<string> ViewerPublish { get; } =
    [
        Info + FleetSubjects.JournalStream, DirectGet + FleetSubjects.JournalStream, Info + FleetSubjects.ServersStream, DirectGet + FleetSubjects.ServersStream,
    ];

    public static IReadOnlyList<string> ViewerSubscribe { get; } = ["earshot.live.>", FleetConfiguration.ViewerInbox + ".>"];

    public static IReadOnlyList<string> ServicePublish(FleetService service) =>
        [.. Subjects(service), $"earshot.v1.j.{service.Name}.*.*", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.USER.INFO"];

    public static IReadOnlyList<string> ServiceSubscribe(FleetService service) => [.. Subjects(service), "_INBOX.>"];

    private static IReadOnlyList<string> Subjects(FleetService service) => service.Subjects ?? [$"{service.Name}.>"];
}
