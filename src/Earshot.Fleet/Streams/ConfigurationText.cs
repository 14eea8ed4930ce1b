using System.Globalization;
using System.Text;

namespace Earshot.Fleet.Streams;

/// <summary>Writes the configuration of servers.</summary>
internal static class ConfigurationText
{
    // Each has its own line: exports with different accounts must not overlap, which some starts of a server refuse.
    private static readonly (string Subject, string Kind)[] s_events =
    [
        ("$SYS.ACCOUNT.*.CONNECT", "connect"), ("$SYS.ACCOUNT.*.DISCONNECT", "disconnect"), ("$SYS.SERVER.*.CLIENT.AUTH.ERR", "refused"),
        ("$SYS.SERVER.*.STATSZ", "statsz"), ("$SYS.SERVER.*.LAMEDUCK", "lameduck"), ("$SYS.SERVER.*.SHUTDOWN", "shutdown"),
    ];

    private static readonly (string Subject, string Local)[] s_questions = [("$SYS.REQ.SERVER.PING.CONNZ", FleetSubjects.Connections), ("$SYS.REQ.SERVER.PING.IDZ", FleetSubjects.Ids)];

    public static string Of(FleetConfiguration configuration, IReadOnlyDictionary<FleetUser, string> passwords)
    {
        var text = new StringBuilder();
        void Line(int depth, string line) => text.Append(' ', depth * 2).Append(line).Append('\n');
        string Password(string account, string user) => passwords[new FleetUser(account, user)];
        Line(0, $"# Accounts of an Earshot fleet, for every server of the cluster. It has passwords: keep it where only the servers can read it.");
        Line(0, $"system_account: {configuration.SystemAccount}");
        Line(0, "accounts {");
        System(configuration, Password, Line);
        Fleet(configuration, Password, Line);
        foreach (FleetApp app in configuration.Apps)
        {
            App(configuration, app, Password, Line);
        }

        Line(0, "}");
        return text.ToString();
    }

    private static void System(FleetConfiguration configuration, Func<string, string, string> password, Action<int, string> line)
    {
        string fleet = configuration.FleetAccount;
        line(1, $"{configuration.SystemAccount} {{");
        line(2, $"users: [ {{ user: {FleetConfiguration.SystemUser}, password: {password(configuration.SystemAccount, FleetConfiguration.SystemUser)} }} ]  # for the operator; the fleet does not use it");
        line(2, "exports: [");
        foreach ((string subject, _) in s_events)
        {
            line(3, $"{{ stream: \"{subject}\", accounts: [{fleet}] }}");
        }

        foreach ((string subject, _) in s_questions)
        {
            line(3, $"{{ service: \"{subject}\", accounts: [{fleet}], response_type: stream }}");
        }

        line(2, "]");
        line(1, "}");
    }

    private static void Fleet(FleetConfiguration configuration, Func<string, string, string> password, Action<int, string> line)
    {
        string Secret(string user) => password(configuration.FleetAccount, user);
        line(1, $"{configuration.FleetAccount} {{");
        line(2, "jetstream: enabled");
        line(2, "users: [");
        line(3, "# Creates the streams (earshot fleet init --create). Remove it afterwards.");
        User(3, FleetConfiguration.SetupUser, Secret(FleetConfiguration.SetupUser), FleetPermissions.SetupPublish, FleetPermissions.SetupSubscribe, line);
        User(3, FleetConfiguration.CollectorUser, Secret(FleetConfiguration.CollectorUser), FleetPermissions.CollectorPublish, FleetPermissions.CollectorSubscribe, line);
        line(3, "# No consumer API: a viewer reads by direct get.");
        User(3, FleetConfiguration.ViewerUser, Secret(FleetConfiguration.ViewerUser), FleetPermissions.ViewerPublish, FleetPermissions.ViewerSubscribe, line);
        line(2, "]");
        line(2, "# The server puts the account of the sender into the subject: no account can ship for another one.");
        line(2, "exports: [ { service: \"earshot.v1.j.*.*.*.*\", account_token_position: 4 } ]");
        line(2, "imports: [");
        foreach ((string subject, string kind) in s_events)
        {
            line(3, $"{{ stream: {{ account: {configuration.SystemAccount}, subject: \"{subject}\" }}, to: \"{FleetSubjects.EventPrefix}{kind}.$1\" }}");
        }

        foreach ((string subject, string local) in s_questions)
        {
            line(3, $"{{ service: {{ account: {configuration.SystemAccount}, subject: \"{subject}\" }}, to: \"{local}\" }}");
        }

        line(2, "]");
        line(1, "}");
    }

    private static void App(FleetConfiguration configuration, FleetApp app, Func<string, string, string> password, Action<int, string> line)
    {
        line(1, $"{app.Account} {{");
        line(2, "users: [");
        if (app.Services.Count == 0)
        {
            line(3, "# Your users. One who ships journals may publish \"earshot.v1.j.SERVICE.*.*\", with the name of its service.");
        }

        foreach (FleetService service in app.Services)
        {
            User(3, service.Name, password(app.Account, service.Name), FleetPermissions.ServicePublish(service), FleetPermissions.ServiceSubscribe(service), line);
        }

        line(2, "]");
        line(2, string.Create(CultureInfo.InvariantCulture, $"imports: [ {{ service: {{ account: {configuration.FleetAccount}, subject: \"earshot.v1.j.{app.Account}.*.*.*\" }}, to: \"earshot.v1.j.$1.$2.$3\" }} ]"));
        line(1, "}");
    }

    private static void User(int depth, string name, string password, IReadOnlyList<string> publish, IReadOnlyList<string> subscribe, Action<int, string> line)
    {
        line(depth, $"{{ user: {name}, password: {password}, permissions: {{");
        line(depth + 1, $"publish: {{ allow: [{List(publish)}] }}");
        line(depth + 1, $"subscribe: {{ allow: [{List(subscribe)}] }} }} }}");
    }

    private static string List(IEnumerable<string> subjects) => string.Join(", ", subjects.Select(subject => $"\"{subject}\""));
}
