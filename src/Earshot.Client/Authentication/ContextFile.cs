using System.Text.Json;

namespace Earshot.Authentication;

/// <summary>
/// Reads a context of the nats tool (ADR-21). Its secrets are stored in options only; messages name the path and the key.
/// Does not read the files a context names.
/// </summary>
internal sealed class ContextFile
{
    private static readonly string[] s_unusable = ["nsc", "windows_cert_store", "windows_cert_match", "windows_cert_match_by"];

    private readonly string _path;
    private readonly JsonElement _json;

    private ContextFile(string path, JsonElement json)
    {
        _path = path;
        _json = json;
    }

    public string? Url => Text("url");

    public string? InboxPrefix => Text("inbox_prefix");

    public Uri? SocksProxy => Text("socks_proxy") is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : throw new NatsCredentialsException(_path, "'socks_proxy' is not a URL");

    public NatsAuthOpts Auth => new()
    {
        Username = Text("user"),
        Password = Text("password"),
        Token = Text("token"),
        CredsFile = FilePath("creds"),
        NKeyFile = FilePath("nkey"),
        Jwt = Text("user_jwt"),
        Seed = Text("user_seed"),
        IsFromContext = true,
    };

    public string? CertFile => FilePath("cert");

    public string? KeyFile => FilePath("key");

    public string? CaFile => FilePath("ca");

    public bool IsTlsFirst => _json.TryGetProperty("tls_first", out JsonElement first) && first.ValueKind == JsonValueKind.True;

    /// <exception cref="NatsCredentialsException">There is no such context, or it holds what this client cannot use.</exception>
    public static ContextFile Read(string? name, string? folder)
    {
        folder ??= Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } configured
                ? configured
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
            "nats");
        string selection = Path.Combine(folder, "context.txt");
        name ??= Content(selection).Trim();
        if (name.Length == 0 || name.Contains("..", StringComparison.Ordinal) || name.AsSpan().IndexOfAny("/\\\0") >= 0)
        {
            throw new NatsCredentialsException(selection, "the context name is not valid");
        }

        string path = Path.Combine(folder, "context", name + ".json");
        try
        {
            using var document = JsonDocument.Parse(Content(path), new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new NatsCredentialsException(path, "it is not a JSON object");
            }

            var context = new ContextFile(path, document.RootElement.Clone());
            string? unusable = Array.Find(s_unusable, key => context.Text(key) is not null);
            return unusable is null ? context : throw new NatsCredentialsException(path, $"'{unusable}' is not supported");
        }
        catch (JsonException)
        {
            // Its text quotes the line that it stumbled over, so it is not kept as the cause.
            throw new NatsCredentialsException(path, "it is not JSON");
        }
    }

    private static string Content(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > 64 * 1024 }
                ? throw new NatsCredentialsException(path, "it is larger than 64 KiB")
                : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NatsCredentialsException(path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "it cannot be read", e);
        }
    }

    private string? Text(string key)
    {
        try
        {
            if (!_json.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                return null;
            }

            if (value.ValueKind != JsonValueKind.String)
            {
                throw new NatsCredentialsException(_path, $"'{key}' is not a string");
            }

            string text = value.GetString()!;
            return text.Length > 0 ? text : null;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair, in the value or in a name that was compared.
            throw new NatsCredentialsException(_path, $"'{key}' is not valid text");
        }
    }

    private string? FilePath(string key) =>
        Text(key) is not { } path ? null
        : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
        : path;
}
