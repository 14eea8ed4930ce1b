namespace Repository.Tests.Rules;

/// <summary>The text files of this repository as they lie on disk, without what builds and downloads put there.</summary>
internal static class RepositoryFiles
{
    private static readonly HashSet<string> s_notOurs =
        [".git", ".vs", ".idea", ".cache", "bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    private static readonly HashSet<string> s_notText = [".png", ".jpg", ".gif", ".ico", ".svgz", ".woff2", ".bin"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> s_all = new(Read);

    internal static string Root { get; } = FindRoot();

    internal static IReadOnlyList<SourceFile> All => s_all.Value;

    internal static IReadOnlyList<SourceFile> Code { get; } = [.. All.Where(file => file.IsCode)];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Earshot.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository: no Earshot.slnx above them.");
    }

    private static List<SourceFile> Read()
    {
        var files = new List<SourceFile>();
        Collect(new DirectoryInfo(Root), files);
        return files;
    }

    private static void Collect(DirectoryInfo folder, List<SourceFile> files)
    {
        foreach (FileInfo? file in folder.GetFiles().Where(f => f.Name != ".git" && !s_notText.Contains(f.Extension)))
        {
            string path = Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');
            files.Add(new SourceFile(path, File.ReadAllText(file.FullName)));
        }

        foreach (DirectoryInfo? child in folder.GetDirectories().Where(d => !s_notOurs.Contains(d.Name)))
        {
            Collect(child, files);
        }
    }
}
