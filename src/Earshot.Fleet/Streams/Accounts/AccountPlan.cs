namespace Earshot.Fleet.Streams;

/// <summary>The accounts of a configuration, with their users, exports and imports.</summary>
internal static class AccountPlan
{
    private static readonly PlannedExport s_journals = new("earshot.v1.j.*.*.*.*", IsService: true)
    {
        AccountToken = 4,
        Note = "The server puts the account of the sender into the subject: no account can ship for another one.",
    };

    // Each has its own line: exports with different accounts must not overlap, which some starts of a server refuse.
    private static readonly (string Subject, string Kind)[] s_events =
    [
        ("$SYS.ACCOUNT.*.CONNECT", "connect"), ("$SYS.ACCOUNT.*.DISCONNECT", "disconnect"), ("$SYS.SERVER.*.CLIENT.AUTH.ERR", "refused"),
        ("$SYS.SERVER.*.STATSZ", "statsz"), ("$SYS.SERVER.*.LAMEDUCK", "lameduck"), ("$SYS.SERVER.*.SHUTDOWN", "shutdown"),
    ];

    private static readonly (string Subject, string Local)[] s_questions = [("$SYS.REQ.SERVER.PING.CONNZ", FleetSubjects.Connections), ("$SYS.REQ.SERVER.PING.IDZ", FleetSubjects.Ids)];

    public static IReadOnlyList<PlannedAccount> Of(FleetConfiguration configuration)
    {
        PlannedImport[] imports =
        [
            .. s_events.Select(line => new PlannedImport(configuration.SystemAccount, Event(configuration, line.Subject), $"{FleetSubjects.EventPrefix}{line.Kind}.$1")),
            .. s_questions.Select(line => new PlannedImport(configuration.SystemAccount, Question(configuration, line.Subject), line.Local)),
        ];
        return [System(configuration, imports), Fleet(configuration, imports), .. configuration.Apps.Select(app => App(configuration, app))];
    }

    private static PlannedExport Event(FleetConfiguration configuration, string subject) => new(subject, IsService: false) { Only = configuration.FleetAccount };

    private static PlannedExport Question(FleetConfiguration configuration, string subject) => new(subject, IsService: true) { Only = configuration.FleetAccount, HasManyAnswers = true };

    private static PlannedAccount System(FleetConfiguration configuration, IReadOnlyList<PlannedImport> imports) => new(configuration.SystemAccount)
    {
        IsSystem = true,
        Users = [new PlannedUser(FleetConfiguration.SystemUser, Publish: null, Subscribe: null, "for the operator; the fleet does not use it")],
        Exports = [.. imports.Select(import => import.Export)],
    };

    private static PlannedAccount Fleet(FleetConfiguration configuration, IReadOnlyList<PlannedImport> imports) => new(configuration.FleetAccount)
    {
        HasStreams = true,
        Users =
        [
            new PlannedUser(FleetConfiguration.SetupUser, FleetPermissions.SetupPublish, FleetPermissions.SetupSubscribe, "Creates the streams (earshot fleet init --create). Remove it afterwards."),
            new PlannedUser(FleetConfiguration.CollectorUser, FleetPermissions.CollectorPublish, FleetPermissions.CollectorSubscribe),
            new PlannedUser(FleetConfiguration.ViewerUser, FleetPermissions.ViewerPublish, FleetPermissions.ViewerSubscribe, "No consumer API: a viewer reads by direct get."),
        ],
        Exports = [s_journals],
        Imports = imports,
    };

    private static PlannedAccount App(FleetConfiguration configuration, FleetApp app) => new(app.Account)
    {
        Users = [.. app.Services.Select(service => new PlannedUser(service.Name, FleetPermissions.ServicePublish(service), FleetPermissions.ServiceSubscribe(service)))],
        UsersNote = "Your users. One who ships journals may publish \"earshot.v1.j.SERVICE.*.*\", with the name of its service.",
        Imports = [new PlannedImport(configuration.FleetAccount, s_journals, "earshot.v1.j.$1.$2.$3")],
    };
}
