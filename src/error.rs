//! What can fail in the machine: reading, writing, indexing, binding. Never a problem in a handbook.

use std::path::PathBuf;

/// A failure of the machine, with what was being done when it happened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read.
    #[error("读不了 {path}：{cause}")]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// A file or folder could not be written.
    #[error("写不了 {path}：{cause}")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// The folder given is not what it must be for the command asked for.
    #[error("{0}")]
    Refused(String),
    /// A template is broken or was given data it does not know.
    #[error("模板出错：{0}")]
    Template(String),
    /// A value could not be written in the format asked for.
    #[error("导出出错：{0}")]
    Export(String),
    /// The search index could not be built, opened or read.
    #[error("检索索引出错：{0}")]
    Index(String),
    /// The address could not be listened on.
    #[error("不能在 {addr} 上监听：{cause}")]
    Bind {
        /// The address asked for.
        addr: String,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// Watching the folder for changes failed.
    #[error("不能监视文件夹：{0}")]
    Watch(String),
}

impl Error {
    /// Wraps a failed read of `path`.
    pub fn read(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Read { path, cause }
    }

    /// Wraps a failed write of `path`.
    pub fn write(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Write { path, cause }
    }
}
