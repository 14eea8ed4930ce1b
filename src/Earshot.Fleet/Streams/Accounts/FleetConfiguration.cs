using Earshot.Fleet.Streams;

namespace Earshot.Fleet;

/// <summary>
/// The part of a server configuration that a fleet needs: accounts, users with their permissions, and what accounts export and import. It belongs into the
/// configuration of every server of the cluster, or with accounts as JWTs into what their operator signs. No user of the fleet is in the system account.
/// </summary>
public sealed record FleetConfiguration
{
    /// <summary>The user of a collector, in <see cref="FleetAccount"/>.</summary>
    public const string CollectorUser = "collector";

    /// <summary>The user of live pages and other readers, in <see cref="FleetAccount"/>.</summary>
    public const string ViewerUser = "viewer";

    /// <summary>The user who creates the streams, in <see cref="FleetAccount"/>; it is not needed afterwards.</summary>
    public const string SetupUser = "setup";

    /// <summary>The user of the system account, for the operator; a fleet does not need it.</summary>
    public const string SystemUser = "sys";

    /// <summary>The inbox prefix that a collector must use: its user may subscribe to no other inbox.</summary>
    public const string CollectorInbox = "_INBOX_FLEET";

    /// <summary>The inbox prefix that a viewer must use.</summary>
    public const string ViewerInbox = "_INBOX_VIEW";

    /// <summary>The inbox prefix that <see cref="SetupUser"/> must use.</summary>
    public const string SetupInbox = "_INBOX_SETUP";

    /// <summary>The system account. Default: <c>SYS</c>.</summary>
    public string SystemAccount { get; init; } = "SYS";

    /// <summary>The account of the streams, the collector and the viewers. Default: <c>OPS</c>.</summary>
    public string FleetAccount { get; init; } = "OPS";

    /// <summary>The accounts of applications. Default: <c>APP</c> without services.</summary>
    public IReadOnlyList<FleetApp> Apps { get; init; } = [new FleetApp("APP")];

    /// <summary>The users that the configuration has, in the order in which it names them.</summary>
    /// <exception cref="ArgumentException">A name or subject is not valid, or two accounts or users have the same name.</exception>
    public IReadOnlyList<FleetUser> Users
    {
        get
        {
            Check();
            return
            [
                new FleetUser(SystemAccount, SystemUser), new FleetUser(FleetAccount, SetupUser), new FleetUser(FleetAccount, CollectorUser), new FleetUser(FleetAccount, ViewerUser),
                .. Apps.SelectMany(app => app.Services.Select(service => new FleetUser(app.Account, service.Name))),
            ];
        }
    }

    /// <summary>Returns the configuration as text.</summary>
    /// <param name="password">
    /// Returns the password of a user as the configuration should have it: a text in quotes, or the name of an environment variable of the server after
    /// a dollar sign. It is called once for each of <see cref="Users"/>.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="password"/> is null.</exception>
    /// <exception cref="ArgumentException">A name or subject is not valid, or two accounts or users have the same name.</exception>
    public string ToText(Func<FleetUser, string> password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var passwords = Users.ToDictionary(user => user, password);
        return ConfigurationText.Of(AccountPlan.Of(this), passwords);
    }

    /// <summary>
    /// Returns a script for a POSIX shell that makes the same accounts, exports, imports and permissions as JWTs, with <c>nsc</c>. The system account exists already;
    /// what it exports is private, with activations for <see cref="FleetAccount"/>. Such a server knows accounts and users by their public keys, and so does
    /// what is stored.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A name or subject is not valid, or two accounts or users have the same name, or a subject has a comma, at which <c>nsc</c> would split it.
    /// </exception>
    public string ToNscCommands()
    {
        Check();
        return Apps.SelectMany(app => app.Services).SelectMany(service => service.Subjects ?? []).FirstOrDefault(subject => subject.Contains(',', StringComparison.Ordinal)) is { } wrong
            ? throw new ArgumentException($"'{wrong}' is not valid: nsc splits subjects at commas.")
            : NscCommands.Of(AccountPlan.Of(this));
    }

    private void Check()
    {
        string[] accounts = [SystemAccount, FleetAccount, .. Apps.Select(app => app.Account)];
        string? wrong = accounts.Concat(Apps.SelectMany(app => app.Services).Select(service => service.Name)).FirstOrDefault(name => !FleetSubjects.IsToken(name))
            ?? Apps.SelectMany(app => app.Services).SelectMany(service => service.Subjects ?? []).FirstOrDefault(subject => !IsSubject(subject));
        if (wrong is not null)
        {
            throw new ArgumentException($"'{wrong}' is not valid: names of accounts and services have 1 to 64 letters, digits, '_' and '-'; subjects have no white space and no quotes.");
        }

        string? twice = accounts.GroupBy(account => account, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1)?.Key;
        string? user = Apps.SelectMany(app => app.Services).Select(service => service.Name).Concat([SystemUser, SetupUser, CollectorUser, ViewerUser])
            .GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1)?.Key;
        if ((twice ?? user) is { } name)
        {
            throw new ArgumentException(twice is null ? $"The user '{name}' is there twice: a server knows a user by its name alone, whatever its account." : $"The account '{name}' is there twice.");
        }
    }

    private static bool IsSubject(string subject) => subject.Length is > 0 and <= 256 && !subject.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '"' or '\\');
}
