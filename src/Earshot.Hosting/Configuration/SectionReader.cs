using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Earshot.Hosting.Configuration;

/// <summary>
/// Reads a section of the configuration into options. What it cannot use becomes an error that names the key; values are not repeated
/// where they may be secrets.
/// </summary>
internal sealed class SectionReader(IConfigurationSection section, NatsOptsBuilder builder)
{
    private const string Url = nameof(NatsOpts.Url);
    private const string Servers = "Servers";
    private const string RequestHeaders = "WebSocketOpts:RequestHeaders";

    private static readonly string[] s_others = [Url, Servers, nameof(NatsHostOptions.ConnectOnStart)];
    private static readonly Dictionary<string, BindableOption> s_options = OptionTable.All.ToDictionary(option => option.Path, StringComparer.OrdinalIgnoreCase);
    private static readonly HashSet<string> s_groups = [.. OptionTable.All.Select(option => option.Path).Where(path => path.Contains(':', StringComparison.Ordinal)).Select(path => path.Split(':')[0])];
    private static readonly HashSet<string> s_inCode = new(OptionTable.InCodeOnly, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the whole section.</summary>
    /// <param name="others">Sub-sections that belong to keyed connections.</param>
    public void Read(IReadOnlyCollection<string> others)
    {
        if (section.Value is { Length: > 0 })
        {
            builder.Errors.Add($"{section.Path} is a text; it must be a section with the options of the connection.");
            return;
        }

        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!others.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                Read(child, child.Key);
            }
        }
    }

    /// <summary>Checks the names in a section that no connection reads; the sections of keyed connections are in it.</summary>
    /// <param name="keyed">Sub-sections that belong to keyed connections.</param>
    public void CheckNames(IReadOnlyCollection<string> keyed)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!keyed.Contains(child.Key, StringComparer.OrdinalIgnoreCase) && !IsOption(child.Key))
            {
                builder.Errors.Add($"{child.Path} is neither an option nor the section of a keyed connection.{Suggest(child.Key, keyed)}");
            }
        }
    }

    private static bool IsOption(string name) =>
        s_options.ContainsKey(name) || s_inCode.Contains(name) || s_groups.Contains(name, StringComparer.OrdinalIgnoreCase) || s_others.Contains(name, StringComparer.OrdinalIgnoreCase);

    private void Read(IConfigurationSection child, string path)
    {
        if (path.Equals(Url, StringComparison.OrdinalIgnoreCase) || path.Equals(Servers, StringComparison.OrdinalIgnoreCase))
        {
            ReadServers(child);
        }
        else if (path.Equals(RequestHeaders, StringComparison.OrdinalIgnoreCase))
        {
            ReadHeaders(child);
        }
        else if (path.Equals(nameof(NatsHostOptions.ConnectOnStart), StringComparison.OrdinalIgnoreCase))
        {
            return; // an option of the host, which has its own reader
        }
        else if (s_groups.Contains(path, StringComparer.OrdinalIgnoreCase) && child.Value is not { Length: > 0 })
        {
            foreach (IConfigurationSection option in child.GetChildren())
            {
                Read(option, $"{path}:{option.Key}");
            }
        }
        else if (s_inCode.Contains(path))
        {
            builder.Errors.Add($"{child.Path} cannot be set by configuration; set it in code.");
        }
        else if (s_options.TryGetValue(path, out BindableOption? option))
        {
            Set(child, option);
        }
        else
        {
            builder.Errors.Add($"{child.Path} is not an option of the connection.{Suggest(path, [])}");
        }
    }

    private void Set(IConfigurationSection child, BindableOption option)
    {
        if (child.Value is not { } text)
        {
            if (child.GetChildren().Any())
            {
                builder.Errors.Add($"{child.Path} must be one value, not a section.");
            }

            return; // null in a file: the default stays
        }

        try
        {
            builder.Opts = option.Set(builder.Opts, text);
            builder.Sources[option.Path] = child.Path;
        }
        catch (FormatException e)
        {
            builder.Errors.Add($"{child.Path}: {e.Message}.");
        }
    }

    private void ReadServers(IConfigurationSection child)
    {
        string[] servers = child.Value is { } text ? [text] : [.. child.GetChildren().Select(server => server.Value ?? "")];
        if (servers.Length == 0)
        {
            return;
        }

        if (builder.Sources.TryGetValue(Url, out string? other) && other.StartsWith(section.Path + ":", StringComparison.OrdinalIgnoreCase))
        {
            builder.Errors.Add($"{child.Path} and {other} both name the servers; use one of them.");
            return;
        }

        builder.Opts = builder.Opts with { Url = string.Join(',', servers) };
        builder.Sources[Url] = child.Path;
    }

    private void ReadHeaders(IConfigurationSection child)
    {
        if (child.Value is { Length: > 0 })
        {
            builder.Errors.Add($"{child.Path} is a text; it must be a section with a key for each header.");
            return;
        }

        Dictionary<string, StringValues> headers = [];
        foreach (IConfigurationSection header in child.GetChildren())
        {
            string?[] values = header.Value is { } one ? [one] : [.. header.GetChildren().Select(value => value.Value)];
            if (values.Contains(null))
            {
                builder.Errors.Add($"{header.Path} must be one value or a list, not a section.");
            }
            else if (values.Length > 0)
            {
                headers[header.Key] = new StringValues(values);
            }
        }

        builder.Opts = builder.Opts with { WebSocketOpts = builder.Opts.WebSocketOpts with { RequestHeaders = headers } };
        builder.Sources[RequestHeaders] = child.Path;
    }

    private static string Suggest(string path, IEnumerable<string> keyed)
    {
        string? near = keyed.Concat(s_options.Keys).Concat(s_others).FirstOrDefault(name => IsNear(name, path));
        return near is null ? "" : $" Did you mean {near}?";
    }

    // A letter more, less or different, or two that changed places: most misspellings.
    private static bool IsNear(string name, string text)
    {
        (string longer, string shorter) = name.Length >= text.Length ? (name, text) : (text, name);
        if (longer.Length - shorter.Length > 1)
        {
            return false;
        }

        int same = 0;
        while (same < shorter.Length && char.ToUpperInvariant(longer[same]) == char.ToUpperInvariant(shorter[same]))
        {
            same++;
        }

        return longer.Length > shorter.Length
            ? longer.AsSpan(same + 1).Equals(shorter.AsSpan(same), StringComparison.OrdinalIgnoreCase)
            : same + 1 >= longer.Length
                || longer.AsSpan(same + 1).Equals(shorter.AsSpan(same + 1), StringComparison.OrdinalIgnoreCase)
                || longer.AsSpan(same + 2).Equals(shorter.AsSpan(same + 2), StringComparison.OrdinalIgnoreCase);
    }
}
