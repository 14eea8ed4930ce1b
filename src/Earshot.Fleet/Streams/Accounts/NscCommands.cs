using System.Text;

namespace Earshot.Fleet.Streams;

/// <summary>Writes a script that makes the accounts with nsc, the tool for accounts whose JWTs an operator signs.</summary>
internal sealed class NscCommands
{
    private const string Header =
        """
        #!/bin/sh
        # Accounts of an Earshot fleet as JWTs, made by nsc. Run it once, where nsc has the keys of the operator (nsc env) and of the accounts.
        set -eu

        # An activation lets the one account import what is private. It is stored in the import; the files are not needed afterwards.
        activations=$(mktemp -d)
        trap 'rm -rf "$activations"' EXIT

        # A server knows an account by its public key.
        key() { nsc describe account --name "$1" --field sub | tr -d '"'; }
        """;

    private readonly StringBuilder _text = new();

    public static string Of(IReadOnlyList<PlannedAccount> accounts)
    {
        var text = new NscCommands();
        text.Line(Header);
        text.Line();
        text.Line("# An account that is there already keeps its limits; the one of the streams needs JetStream. The system account is there already.");
        foreach (PlannedAccount account in accounts.Where(account => !account.IsSystem))
        {
            text.Account(account);
        }

        // Whatever is imported has to be exported before.
        foreach (PlannedAccount account in accounts)
        {
            text.Exports(account);
        }

        foreach (PlannedAccount account in accounts)
        {
            text.Imports(account);
        }

        foreach (PlannedAccount account in accounts.Where(account => !account.IsSystem))
        {
            text.Users(account);
        }

        return text._text.ToString();
    }

    private void Account(PlannedAccount account)
    {
        Line($"if ! nsc describe account --name {account.Name} > /dev/null 2>&1; then");
        Line($"  nsc add account --name {account.Name}");
        if (account.HasStreams)
        {
            Line($"  nsc edit account --name {account.Name} --js-mem-storage -1 --js-disk-storage -1 --js-streams -1 --js-consumer -1");
        }

        Line("fi");
    }

    private void Exports(PlannedAccount account)
    {
        if (account.Exports.Count == 0)
        {
            return;
        }

        Line();
        Line($"# What {account.Name} exports.");
        if (account.IsSystem)
        {
            Line($"# An account that nsc made exports {Quoted("$SYS.ACCOUNT.*.>")}, to each account its own events. nsc refuses exports within another one: first remove it with");
            Line($"#   nsc delete export --account {account.Name} --subject {Quoted("$SYS.ACCOUNT.*.>")}");
        }

        foreach (PlannedExport export in account.Exports)
        {
            Note(export.Note);
            string service = export.IsService ? " --service" : "";
            string only = export.Only is null ? "" : " --private";
            string position = export.AccountToken > 0 ? $" --account-token-position {export.AccountToken}" : "";
            string answers = export.HasManyAnswers ? " --response-type Stream" : "";
            Line($"nsc add export --account {account.Name}{service}{only} --subject {Quoted(export.Subject)}{position}{answers}");
        }
    }

    private void Imports(PlannedAccount account)
    {
        if (account.Imports.Count == 0)
        {
            return;
        }

        Line();
        Line($"# What {account.Name} imports.");
        foreach ((int index, PlannedImport import) in account.Imports.Index())
        {
            if (import.Export.Only is null)
            {
                Public(account, import);
            }
            else
            {
                Private(account, import, $"\"$activations/{index + 1}\"");
            }
        }
    }

    private void Public(PlannedAccount account, PlannedImport import)
    {
        string service = import.Export.IsService ? " --service" : "";

        // The key of the account is all that the shell puts into the subject.
        string subject = string.Join(KeyOf(account.Name), import.SubjectFor("\0").Split('\0').Select(part => part.Length == 0 ? "" : Quoted(part)));
        Line($"nsc add import --account {account.Name}{service} --src-account {KeyOf(import.From)} --remote-subject {subject} --local-subject {Quoted(import.Local)}");
    }

    private void Private(PlannedAccount account, PlannedImport import, string file)
    {
        Line($"nsc generate activation --account {import.From} --target-account {KeyOf(account.Name)} --subject {Quoted(import.SubjectFor(account.Name))} --output-file {file}");
        Line($"nsc add import --account {account.Name} --token {file} --local-subject {Quoted(import.Local)}");
    }

    private void Users(PlannedAccount account)
    {
        Line();
        Line($"# Users of {account.Name}.");
        if (account.Users.Count == 0)
        {
            Note(account.UsersNote);
        }

        foreach (PlannedUser user in account.Users)
        {
            Note(user.Note);
            string publish = string.Concat((user.Publish ?? []).Select(subject => $" \\\n  --allow-pub {Quoted(subject)}"));
            string subscribe = string.Concat((user.Subscribe ?? []).Select(subject => $" \\\n  --allow-sub {Quoted(subject)}"));
            Line($"nsc add user --account {account.Name} --name {user.Name}{publish}{subscribe}");
        }
    }

    private void Note(string? note)
    {
        if (note is not null)
        {
            Line($"# {note}");
        }
    }

    private void Line(string line = "") => _text.Append(line).Append('\n');

    private static string KeyOf(string account) => $"\"$(key {account})\"";

    // Nothing is special to a shell between single quotes, besides a single quote.
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
