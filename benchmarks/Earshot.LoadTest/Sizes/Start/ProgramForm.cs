namespace Earshot.LoadTest.Sizes;

/// <summary>A form in which the small program is published, with the properties of the build that make it.</summary>
internal sealed record ProgramForm(string Name, string[] Properties, double? Target)
{
    public static readonly ProgramForm[] All =
    [
        new("JIT", ["--no-self-contained"], 100),
        new("ReadyToRun", ["--no-self-contained", "-p:PublishReadyToRun=true"], null),
        new("AOT", ["--self-contained", "-p:PublishAot=true", .. Linker()], 4),
    ];

    // The SDK links with clang by default; many machines have only gcc.
    private static string[] Linker() => OperatingSystem.IsLinux() && !IsOnPath("clang") ? ["-p:CppCompilerAndLinker=gcc"] : [];

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
