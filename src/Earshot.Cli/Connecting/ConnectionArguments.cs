using System.CommandLine;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Connecting;

/// <summary>
/// The options by which every connecting verb finds its server: those of the command line, then the environment, then the context of the
/// <c>nats</c> tool (ADR-21), then the local server.
/// </summary>
internal sealed class ConnectionArguments
{
    private readonly ToolHost _host;
    private readonly Option<string> _server = Text("--server", "The server, or several separated by commas (NATS_URL).", "-s");
    private readonly Option<string> _context = Text("--context", "The context of the nats tool (NATS_CONTEXT; without a server, the selected one).");
    private readonly Option<string> _user = Text("--user", "The user (NATS_USER); without a password, a token.");
    private readonly Option<string> _password = Text("--password", "The password (NATS_PASSWORD).");
    private readonly Option<string> _token = Text("--token", "The token (NATS_TOKEN).");
    private readonly Option<string> _creds = Text("--creds", "A credentials file (NATS_CREDS).");
    private readonly Option<string> _nkey = Text("--nkey", "A file with the seed of an nkey (NATS_NKEY).");
    private readonly TlsArguments _tls = new();
    private readonly Option<double?> _timeout = new("--timeout") { Description = "Seconds for a connect, a request and the like; default 5 (NATS_TIMEOUT has a duration such as 5s).", HelpName = "SECONDS" };

    private ConnectionArguments(ToolHost host)
    {
        _host = host;
        _context.HelpName = "context";
        _context.CompletionSources.Add(_ => ContextFolder.Names(ContextFolder.Of(host)));
    }

    /// <summary>Adds the options to a command.</summary>
    internal static ConnectionArguments AddTo(Command command, ToolHost host)
    {
        var arguments = new ConnectionArguments(host);
        foreach (Option option in arguments.All)
        {
            command.Add(option);
        }

        return arguments;
    }

    private IEnumerable<Option> All => [_server, _context, _user, _password, _token, _creds, _nkey, .. _tls.All, _timeout];

    /// <summary>Returns the options of the connection.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="url">A URL that stands on the command line as an argument; null when there is none.</param>
    /// <exception cref="NatsCredentialsException">A context or a file of credentials cannot be read.</exception>
    /// <exception cref="ToolException">A value is not valid.</exception>
    internal NatsOpts ToOptions(ParseResult parsed, string? url = null)
    {
        string? Value(Option<string> option, string variable) => parsed.GetValue(option) ?? _host.Variable(variable);
        url ??= Value(_server, "NATS_URL");
        NatsOpts opts = FromContext(Value(_context, "NATS_CONTEXT"), url);
        TimeSpan timeout = Timeout(parsed);
        return opts with
        {
            Name = "earshot",
            Url = url ?? opts.Url,
            AuthOpts = Credentials(parsed, opts.AuthOpts),
            TlsOpts = _tls.Apply(opts.TlsOpts, parsed, _host),
            ConnectTimeout = timeout,
            RequestTimeout = timeout,
            CommandTimeout = timeout,
            TimeProvider = _host.Time,
        };
    }

    /// <summary>Returns the time that a connect or a request may take.</summary>
    /// <exception cref="ToolException">It is not a positive number of seconds.</exception>
    internal TimeSpan Timeout(ParseResult parsed)
    {
        double? seconds = parsed.GetValue(_timeout);
        if (seconds is null && _host.Variable("NATS_TIMEOUT") is { } text)
        {
            return Duration.TryParse(text, out TimeSpan set) && set > TimeSpan.Zero
                ? set
                : throw new ToolException(ExitCode.Usage, $"NATS_TIMEOUT is '{text}'; it must be a duration such as 500ms, 5s or 1m.");
        }

        return seconds is null or (> 0 and <= 86_400)
            ? TimeSpan.FromSeconds(seconds ?? 5)
            : throw new ToolException(ExitCode.Usage, $"--timeout is {seconds}; it must be a number of seconds between 0 and 86400.");
    }

    // The first source that names credentials decides which kinds count: those of another kind would be sent as well, or would be preferred. User
    // and password are one kind, and each comes from the first source that has it.
    private NatsAuthOpts Credentials(ParseResult parsed, NatsAuthOpts context)
    {
        NatsAuthOpts line = new()
        {
            Username = parsed.GetValue(_user),
            Password = parsed.GetValue(_password),
            Token = parsed.GetValue(_token),
            CredsFile = parsed.GetValue(_creds),
            NKeyFile = parsed.GetValue(_nkey),
        };
        NatsAuthOpts environment = new()
        {
            Username = _host.Variable("NATS_USER"),
            Password = _host.Variable("NATS_PASSWORD"),
            Token = _host.Variable("NATS_TOKEN"),
            CredsFile = _host.Variable("NATS_CREDS"),
            NKeyFile = _host.Variable("NATS_NKEY"),
        };
        NatsAuthOpts first = !line.IsAnonymous ? line : environment;
        if (first.IsAnonymous)
        {
            return context;
        }

        if (first.Username is null && first.Password is null)
        {
            return first;
        }

        string? user = line.Username ?? environment.Username ?? context.Username;
        string? password = line.Password ?? environment.Password ?? context.Password;
        return password is null
            ? first with { Username = null, Token = first.Token ?? user }
            : first with { Username = user, Password = password };
    }

    // A server that is named replaces the selected context; a context that is named is used with it.
    private NatsOpts FromContext(string? name, string? url)
    {
        string? folder = ContextFolder.Of(_host);
        bool isSelected = name is null && url is null && ContextFolder.Selected(folder) is not null;
        return name is not null || isSelected ? NatsOpts.FromContext(name, folder) : NatsOpts.Default;
    }

    private static Option<string> Text(string name, string description, params string[] aliases) => new(name, aliases) { Description = description };
}
