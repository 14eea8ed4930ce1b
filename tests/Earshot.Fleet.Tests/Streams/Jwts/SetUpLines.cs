using System.Buffers.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>What a configuration, and what the claims of JWTs, let accounts and users do, each as the same lines of text.</summary>
internal static partial class SetUpLines
{
    [GeneratedRegex(@"^  (?<account>[\w-]+) \{$")]
    private static partial Regex Account { get; }

    [GeneratedRegex(@"\{ (?<kind>stream|service): ""(?<subject>[^""]+)""(, accounts: \[(?<only>[\w-]+)\])?(, account_token_position: (?<position>\d))?(, response_type: (?<answers>stream))? \}")]
    private static partial Regex Export { get; }

    [GeneratedRegex(@"\{ (?<kind>stream|service): \{ account: (?<from>[\w-]+), subject: ""(?<subject>[^""]+)"" \}, to: ""(?<local>[^""]+)"" \}")]
    private static partial Regex Import { get; }

    [GeneratedRegex(@"\{ user: (?<name>[\w-]+), password: \S+ permissions: \{$")]
    private static partial Regex User { get; }

    [GeneratedRegex(@"(?<verb>publish|subscribe): \{ allow: \[(?<subjects>[^\]]+)\] \}")]
    private static partial Regex Permission { get; }

    /// <summary>Of the text of a configuration.</summary>
    internal static IReadOnlyList<string> Of(string configuration)
    {
        var lines = new List<string>();
        string account = "", user = "";
        foreach (string line in configuration.Split('\n'))
        {
            account = Account.Match(line) is { Success: true } block ? block.Groups["account"].Value : account;
            user = User.Match(line) is { Success: true } named ? named.Groups["name"].Value : user;
            if (line.Trim() == "jetstream: enabled")
            {
                lines.Add($"{account} has streams");
            }

            lines.AddRange(Export.Matches(line).Select(match => match.Groups).Select(of => Exported(account, of["kind"].Value, of["subject"].Value, of["only"].Value, of["position"].Value, of["answers"].Success)));
            lines.AddRange(Import.Matches(line).Select(match => match.Groups).Select(of => Imported(account, of["kind"].Value, of["from"].Value, of["subject"].Value, of["local"].Value)));
            lines.AddRange(Permission.Matches(line).Select(match => match.Groups).Select(of => Allowed(account, user, of["verb"].Value, of["subjects"].Value.Split(", ").Select(subject => subject.Trim('"')))));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>Of the claims of accounts and users.</summary>
    internal static IReadOnlyList<string> Of(IReadOnlyCollection<JwtAccount> accounts)
    {
        string Named(string text) => accounts.Aggregate(text, (all, account) => all.Replace(account.Key, account.Name, StringComparison.Ordinal));
        var activated = accounts.SelectMany(account => account.Claims["imports"]!.AsArray()).Where(import => import!["token"] is not null)
            .ToDictionary(import => (string)import!["subject"]!, import => Named(SubjectOf((string)import!["token"]!)));
        var lines = new List<string>();
        foreach (JwtAccount account in accounts)
        {
            JsonObject claims = account.Claims;
            if ((int?)claims["limits"]!["disk_storage"] == -1 && (int?)claims["limits"]!["mem_storage"] == -1)
            {
                lines.Add($"{account.Name} has streams");
            }

            lines.AddRange(claims["exports"]!.AsArray().Select(export => Exported(
                account.Name, (string)export!["type"]!, (string)export["subject"]!, (bool?)export["token_req"] == true ? activated[(string)export["subject"]!] : "", $"{export["account_token_position"]}", (string?)export["response_type"] == "Stream")));
            lines.AddRange(claims["imports"]!.AsArray().Select(import => Imported(account.Name, (string)import!["type"]!, Named((string)import["account"]!), Named((string)import["subject"]!), (string)import["local_subject"]!)));
            foreach (JwtUser user in account.Users)
            {
                lines.Add(Allowed(account.Name, user.Name, "publish", user.Permissions["pub"]!["allow"]!.AsArray().Select(subject => (string)subject!)));
                lines.Add(Allowed(account.Name, user.Name, "subscribe", user.Permissions["sub"]!["allow"]!.AsArray().Select(subject => (string)subject!)));
            }
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static string Exported(string account, string kind, string subject, string only, string position, bool hasManyAnswers) => $"{account} exports {kind} {subject}, only to '{only}', account at '{position}', many answers {hasManyAnswers}";

    private static string Imported(string account, string kind, string from, string subject, string local) => $"{account} imports {kind} {subject} of {from} as {local}";

    private static string Allowed(string account, string user, string verb, IEnumerable<string> subjects) => $"{account} lets {user} {verb} {string.Join(' ', subjects.Order(StringComparer.Ordinal))}";

    private static string SubjectOf(string jwt) => (string)JsonNode.Parse(Base64Url.DecodeFromChars(jwt.Split('.')[1]))!["sub"]!;
}
