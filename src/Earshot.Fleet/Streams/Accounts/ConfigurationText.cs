using System.Text;

namespace Earshot.Fleet.Streams;

/// <summary>Writes the configuration of servers whose accounts are in it.</summary>
internal sealed class ConfigurationText
{
    private readonly StringBuilder _text = new();
    private readonly IReadOnlyDictionary<FleetUser, string> _passwords;

    private ConfigurationText(IReadOnlyDictionary<FleetUser, string> passwords) => _passwords = passwords;

    public static string Of(IReadOnlyList<PlannedAccount> accounts, IReadOnlyDictionary<FleetUser, string> passwords)
    {
        var text = new ConfigurationText(passwords);
        text.Line(0, "# Accounts of an Earshot fleet, for every server of the cluster. It has passwords: keep it where only the servers can read it.");
        text.Line(0, $"system_account: {accounts.Single(account => account.IsSystem).Name}");
        text.Line(0, "accounts {");
        foreach (PlannedAccount account in accounts)
        {
            text.Account(account);
        }

        text.Line(0, "}");
        return text._text.ToString();
    }

    private void Account(PlannedAccount account)
    {
        Line(1, $"{account.Name} {{");
        if (account.HasStreams)
        {
            Line(2, "jetstream: enabled");
        }

        Users(account);
        if (account.Exports.FirstOrDefault(export => export.Note is not null) is { } noted)
        {
            Line(2, $"# {noted.Note}");
        }

        List("exports", [.. account.Exports.Select(Export)]);
        List("imports", [.. account.Imports.Select(import => Import(account, import))]);
        Line(1, "}");
    }

    private void Users(PlannedAccount account)
    {
        if (account.Users is [{ Publish: null } all])
        {
            Line(2, $"users: [ {{ user: {all.Name}, password: {Password(account, all)} }} ]  # {all.Note}");
            return;
        }

        Line(2, "users: [");
        if (account.Users.Count == 0)
        {
            Line(3, $"# {account.UsersNote}");
        }

        foreach (PlannedUser user in account.Users)
        {
            User(user, Password(account, user));
        }

        Line(2, "]");
    }

    private void User(PlannedUser user, string password)
    {
        if (user.Note is { } note)
        {
            Line(3, $"# {note}");
        }

        Line(3, $"{{ user: {user.Name}, password: {password}, permissions: {{");
        Line(4, $"publish: {{ allow: [{Quoted(user.Publish)}] }}");
        Line(4, $"subscribe: {{ allow: [{Quoted(user.Subscribe)}] }} }} }}");
    }

    private static string Export(PlannedExport export)
    {
        string only = export.Only is { } account ? $", accounts: [{account}]" : "";
        string position = export.AccountToken > 0 ? $", account_token_position: {export.AccountToken}" : "";
        string answers = export.HasManyAnswers ? ", response_type: stream" : "";
        return $"{{ {Kind(export)}: \"{export.Subject}\"{only}{position}{answers} }}";
    }

    private static string Import(PlannedAccount account, PlannedImport import) =>
        $"{{ {Kind(import.Export)}: {{ account: {import.From}, subject: \"{import.SubjectFor(account.Name)}\" }}, to: \"{import.Local}\" }}";

    private static string Kind(PlannedExport export) => export.IsService ? "service" : "stream";

    private void List(string name, IReadOnlyList<string> items)
    {
        if (items is [var only])
        {
            Line(2, $"{name}: [ {only} ]");
        }
        else if (items.Count > 0)
        {
            Line(2, $"{name}: [");
            foreach (string item in items)
            {
                Line(3, item);
            }

            Line(2, "]");
        }
    }

    private string Password(PlannedAccount account, PlannedUser user) => _passwords[new FleetUser(account.Name, user.Name)];

    private void Line(int depth, string line) => _text.Append(' ', depth * 2).Append(line).Append('\n');

    private static string Quoted(IReadOnlyList<string>? subjects) => string.Join(", ", (subjects ?? [">"]).Select(subject => $"\"{subject}\""));
}
