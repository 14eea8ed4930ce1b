using System.CommandLine;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The options that name accounts and services: <c>--app APP</c>, and <c>--service APP:orders-api=orders.&gt;,stock.*</c>.</summary>
internal sealed class AppArguments
{
    private readonly Option<string[]> _apps = new("--app") { Description = "An account of applications; several are possible. Default: APP.", HelpName = "ACCOUNT" };
    private readonly Option<string[]> _services = new("--service")
    {
        Description = "A service, which gets a user: its name, its account where there are several, and its subjects, as in APP:orders-api=orders.>,stock.*; default NAME.>.",
        HelpName = "SERVICE",
    };

    internal static AppArguments AddTo(Command command)
    {
        var arguments = new AppArguments();
        command.Add(arguments._apps);
        command.Add(arguments._services);
        return arguments;
    }

    /// <exception cref="ToolException">A service names no account of the command line.</exception>
    internal IReadOnlyList<FleetApp> Read(ParseResult parsed)
    {
        string[] apps = parsed.GetValue(_apps) is { Length: > 0 } named ? named : ["APP"];
        ILookup<string, FleetService> services = (parsed.GetValue(_services) ?? []).Select(text => Parse(text, apps)).ToLookup(service => service.Account, service => service.Service, StringComparer.Ordinal);
        return [.. apps.Select(app => new FleetApp(app) { Services = [.. services[app]] })];
    }

    private static (string Account, FleetService Service) Parse(string text, string[] apps)
    {
        string[] parts = text.Split('=', 2);
        string[] names = parts[0].Split(':', 2);
        if (names.Length == 1 && apps.Length > 1)
        {
            throw new ToolException(ExitCode.Usage, $"--service {text}: there are several accounts; name the one of the service, as in {apps[0]}:{names[0]}.");
        }

        string account = names.Length == 1 ? apps[0] : names[0];
        if (!apps.Contains(account))
        {
            throw new ToolException(ExitCode.Usage, $"--service {text}: there is no account {account}; name it with --app.");
        }

        return (account, new FleetService(names[^1]) { Subjects = parts.Length == 1 ? null : parts[1].Split(',') });
    }
}
